import { app as functions } from '@azure/functions';
import { INDEX, indexPage } from '../page/index-page.ts';
import { answeringPage } from './answering-page.ts';
import { look } from './invocation.ts';
import { reading, READING } from './reading.ts';

functions.http('index', {
  // The host takes an empty route for none, and the function's name instead.
  route: '{ignored:maxlength(0)?}',
  methods: ['GET'],
  authLevel: READING,
  handler: reading(
    answeringPage((_request, context) => {
      const opened = look(context);
      const installation = 'problems' in opened ? null : opened.about;
      return Promise.resolve({ status: 200, body: INDEX, page: (options) => indexPage(installation, options) });
    }),
  ),
});
