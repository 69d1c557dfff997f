import { installAdaptors } from './repo.js';

installAdaptors();
