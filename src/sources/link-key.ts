/** What campaigns and sessions hang on a link: it says how a reader came, never what is read. */
const PASSING =
  /^(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|s_cid|jsessionid|phpsessid|sessionid)$/i;

/**
 * A link in the form that tells items apart: host in lower case, default port, sessions and campaign parameters left
 * out, everything else as it is and in its order.
 * @param link absolute http or https URL
 */
export function canonicalLink(link: string): string {
  const url = new URL(link);
  url.pathname = url.pathname.replace(/;jsessionid=[^/;]*/i, '');
  const kept = url.search
    .slice(1)
    .split('&')
    .filter(pair => pair !== '' && !PASSING.test(pair.split('=')[0] ?? ''));
  url.search = kept.join('&');
  return url.href;
}
