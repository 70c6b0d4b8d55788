/** Set where the app is bundled. */
declare const APP_VERSION: string | undefined;

/** Of the package; what runs from its sources has none. */
export const VERSION = typeof APP_VERSION === 'string' ? APP_VERSION : 'development';
