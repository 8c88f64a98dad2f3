import type { Reply } from '../api/reply.ts';
import { type Application, knownScopes, type OAuthRoute, scopeText } from './applications.ts';
import type { Grants } from './grants.ts';

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const page = (status: number, content: string): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  body: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Simulated Oura</title></head><body>${content}</body></html>`,
});

const consentPage = (action: string, request: URLSearchParams, scopes: readonly string[]): Reply => {
  const hidden = [...request].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const boxes = scopes.map(
    (scope) =>
      `<p><label><input type="checkbox" name="granted" value="${scope}" checked> ${scope}</label></p>`,
  );
  return page(
    200,
    `<h1>Simulated Oura</h1><p>${escaped(request.get('client_id') ?? '')} requests access to:</p>
<form method="post" action="${action}">${hidden.join('')}${boxes.join('')}
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>`,
  );
};

/**
 * Serves the authorize URL. GET shows the consent page. Its form POSTs the same parameters with `granted` for each ticked
 * scope and `decision` (`allow` or `deny`); the response redirects to the application. For an unknown application or
 * redirect URI it shows an error page, because it must not redirect to an unregistered address.
 */
export const authorize = (
  call: {
    method: string;
    path: string;
    route: OAuthRoute;
    query: URLSearchParams;
    form: URLSearchParams;
    now: number;
  },
  applications: readonly Application[],
  grants: Grants,
): Reply => {
  const { method, path, route, now } = call;
  const request = method === 'POST' ? call.form : call.query;
  const application = applications.find(({ client_id }) => client_id === request.get('client_id'));
  // The old portal's authorize URL serves the applications of both.
  if (application === undefined || (route.portal === 'developer' && application.portal === 'cloud'))
    return page(400, '<h1>Unknown application</h1><p>There is no application with this client_id.</p>');
  const redirectUri = request.get('redirect_uri') ?? '';
  if (!application.redirect_uris.includes(redirectUri))
    return page(
      400,
      '<h1>Wrong redirect URI</h1><p>The application has not registered this redirect_uri.</p>',
    );

  const back = (answer: Readonly<Record<string, string>>): Reply => {
    const location = new URL(redirectUri);
    const state = request.get('state');
    for (const [name, value] of Object.entries({ ...answer, ...(state === null ? {} : { state }) }))
      location.searchParams.set(name, value);
    return { status: 302, headers: { Location: location.href, 'Cache-Control': 'no-store' }, body: '' };
  };
  if (request.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  const challenge = request.get('code_challenge') ?? undefined;
  if (challenge !== undefined && request.get('code_challenge_method') !== 'S256')
    return back({ error: 'invalid_request', error_description: 'code_challenge_method must be S256' });
  const scopes = knownScopes(request.get('scope') ?? '', route.portal);
  if (method !== 'POST') return consentPage(path, request, scopes);

  if (request.get('decision') !== 'allow') return back({ error: 'access_denied' });
  const ticked = request.getAll('granted');
  const granted = scopes.filter((scope) => ticked.includes(scope));
  const code = grants.newCode({ application, scopes: granted, redirectUri, challenge }, now);
  return back({ code, scope: scopeText(granted, application.portal) });
};
