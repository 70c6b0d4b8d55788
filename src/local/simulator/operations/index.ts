import { DOMAIN_OPERATIONS } from './domain-operations.ts';
import { IMAGE_OPERATIONS } from './image-operations.ts';
import { ITERATION_OPERATIONS } from './iteration-operations.ts';
import { LABEL_OPERATIONS } from './label-operations.ts';
import type { Operation } from './operation.ts';
import { PREDICTION_OPERATIONS } from './prediction-operations.ts';
import { PROJECT_OPERATIONS } from './project-operations.ts';
import { TAG_OPERATIONS } from './tag-operations.ts';
import { TRANSFER_OPERATIONS } from './transfer-operations.ts';
import { UPLOAD_OPERATIONS } from './upload-operations.ts';

/** Every operation that the simulator has; what is not here is answered 404. */
export const OPERATIONS: readonly Operation[] = [
  ...DOMAIN_OPERATIONS,
  ...PROJECT_OPERATIONS,
  ...TRANSFER_OPERATIONS,
  ...ITERATION_OPERATIONS,
  ...TAG_OPERATIONS,
  ...IMAGE_OPERATIONS,
  ...UPLOAD_OPERATIONS,
  ...LABEL_OPERATIONS,
  ...PREDICTION_OPERATIONS,
];
