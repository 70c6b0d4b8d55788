import type { HttpHandler } from '@azure/functions';
import { isSignInOn } from '../app/sign-in.ts';
import { json } from './invocation.ts';

const IS_SIGN_IN_ON = isSignInOn();

/**
 * What reading asks for. A browser that follows a link sends no key, so where people sign in that is enough to read;
 * where they don't, it is a function key. Whatever changes anything asks for its key either way.
 */
export const READING = IS_SIGN_IN_ON ? 'anonymous' : 'function';

/**
 * A handler of a function whose level is `READING`. Where no key is asked for it looks itself that somebody has signed
 * in: sign-in can be set up to let strangers through as well.
 */
export function reading(handler: HttpHandler, isOn: boolean = IS_SIGN_IN_ON): HttpHandler {
  if (!isOn) return handler;
  return (request, context) => {
    if (request.headers.get('x-ms-client-principal-id')) return handler(request, context);
    const message = 'Nobody has signed in: App Service authentication let the request through without.';
    const hint = 'Set it to require authentication: docs/install.md, Sign-in.';
    return json(401, { code: 'NOT_SIGNED_IN', message, hint });
  };
}
