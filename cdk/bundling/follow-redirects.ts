import http from 'node:http';
import https from 'node:https';

/** Node's own, which follow no redirect: we ask for none (`maxRedirects: 0`), and axios then calls these two anyway. */
export default { http, https };
