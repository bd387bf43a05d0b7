import sanitizeHtml from 'sanitize-html';

const OPTIONS = {
  allowedTags:
    'a abbr b blockquote br caption cite code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul'.split(
      ' ',
    ),
  allowedAttributes: {
    a: ['href', 'rel', 'title'],
    img: ['src', 'alt', 'title', 'width', 'height'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
    ol: ['start'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  /** What these hold is no text for a reader. */
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'template',
    'iframe',
    'object',
    'svg',
    'math',
    'head',
  ],
  /** Deeper markup than any page has; what nests further is flattened. */
  nestingLimit: 100,
} as const;

/**
 * HTML of a source as it may be shown anywhere: an allow-list of elements, no styles, classes, ids, scripts or
 * frames, only http, https and mailto, every URL absolute, links without a referrer's favour.
 * @param base URL relative addresses are meant against; where there is none they are left out
 */
export function sanitize(html: string, base: string | null): string {
  return sanitizeHtml(html.replaceAll('\0', ''), {
    ...OPTIONS,
    allowedTags: [...OPTIONS.allowedTags],
    allowedAttributes: Object.fromEntries(
      Object.entries(OPTIONS.allowedAttributes).map(([tag, names]) => [tag, [...names]]),
    ),
    allowedSchemes: [...OPTIONS.allowedSchemes],
    nonTextTags: [...OPTIONS.nonTextTags],
    transformTags: {
      a: (tagName, attribs) => {
        const href = absolute(attribs.href, base);
        const { href: _, rel: __, ...others } = attribs;
        return { tagName, attribs: href ? { ...others, href, rel: 'noopener nofollow' } : others };
      },
      img: (tagName, attribs) => {
        const src = absolute(attribs.src, base);
        const { src: _, ...others } = attribs;
        return { tagName, attribs: src && !src.startsWith('mailto:') ? { ...others, src } : others };
      },
    },
    exclusiveFilter: frame => frame.tag === 'img' && !frame.attribs.src,
  }).trim();
}

/** A link as an absolute http, https or mailto URL, null where it is none. */
export function absolute(link: string | null | undefined, base: string | null): string | null {
  const text = link?.trim();
  if (!text) return null;
  // What is absolute and sound stays as it is printed, since identity may hang on it.
  if (/^https?:\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]+$/i.test(text) && URL.canParse(text)) return text;
  const url = base === null ? URL.parse(text) : URL.parse(text, base);
  return url && /^(?:https?|mailto):$/.test(url.protocol) ? url.href : null;
}
