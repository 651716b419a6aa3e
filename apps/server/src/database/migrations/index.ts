import { Clusters1763930000000 } from './1763930000000-clusters.js';
import { Paused1763940000000 } from './1763940000000-paused.js';
import { Placements1764060000000 } from './1764060000000-placements.js';
import { Sessions1763900000000 } from './1763900000000-sessions.js';

/** In order; one that was released is never changed. */
export const migrations = [Sessions1763900000000, Clusters1763930000000, Paused1763940000000, Placements1764060000000];
