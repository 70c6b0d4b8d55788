/**
 * Whether App Service asks everybody to sign in before a request gets here: it says so itself, in a variable that it sets
 * and nobody else can. Only then are its headers about who signed in its own.
 */
export function isSignInOn(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return env['WEBSITE_AUTH_ENABLED']?.toLowerCase() === 'true';
}
