import { clientOf, closeAll, json, never, rejection, startLoopback } from './loopback.ts';

afterEach(closeAll);

it('an import token that looks like nothing is known by its call, and reaches no error that echoes it', async () => {
  const token = 'opaque-import-token-7f3a9';
  const { url } = await startLoopback(json({ code: 'BadRequestInvalidImportToken', message: `Bad: ${token}` }, 400));
  const error = (await rejection(clientOf(url).importProject(token, 'name', never()))) as Error;
  expect(error.message).toContain('ImportProject');
  expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(token);
});
