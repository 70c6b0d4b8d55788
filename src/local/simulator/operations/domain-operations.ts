import { json } from '../answers.ts';
import { DOMAINS, findDomain } from '../domains.ts';
import { notFound } from '../service-error.ts';
import { domainJson } from '../wire.ts';
import type { Operation } from './operation.ts';
import { read } from './operation.ts';

export const DOMAIN_OPERATIONS: readonly Operation[] = [
  read('GetDomains', '/domains', ({ version }) => json(DOMAINS.map((domain) => domainJson(domain, version)))),
  read('GetDomain', '/domains/{domainId}', (request) => {
    const domain = findDomain(request.param('domainId'));
    if (domain === undefined) throw notFound('NotFoundDomain', `There is no domain ${request.param('domainId')}.`);
    return json(domainJson(domain, request.version));
  }),
];
