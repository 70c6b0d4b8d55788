import { OPTIONS } from '../../src/settings/settings.ts';

/** The versions of the training API that an installation talks to unless its settings name others. */
export const API_VERSIONS = {
  apiVersion: OPTIONS.apiVersion.default,
  storageIntegrationApiVersion: OPTIONS.storageIntegrationApiVersion.default,
};
