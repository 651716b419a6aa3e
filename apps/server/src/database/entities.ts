import { ClusterEntity } from '../modules/clusters/cluster.entity.js';
import { PersonEntity } from '../modules/people/person.entity.js';
import { PlacementEntity } from '../modules/placement/placement.entity.js';
import { SessionEntity } from '../modules/sessions/session.entity.js';
import { SessionEventEntity } from '../modules/sessions/session-event.entity.js';

export const entities = [PersonEntity, SessionEntity, SessionEventEntity, ClusterEntity, PlacementEntity];
