import { Module } from '@nestjs/common';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { ProfileController } from './profile.controller.js';
import { ProfileService } from './profile.service.js';

@Module({ imports: [CatalogueModule], controllers: [ProfileController], providers: [ProfileService] })
export class ProfileModule {}
