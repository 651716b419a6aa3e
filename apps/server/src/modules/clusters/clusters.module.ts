import { Module } from '@nestjs/common';
import { ClusterStore } from './cluster-store.service.js';

@Module({ providers: [ClusterStore], exports: [ClusterStore] })
export class ClustersModule {}
