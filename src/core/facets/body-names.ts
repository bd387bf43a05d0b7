import type { Part } from '../reading.ts';
import type { Token } from '../tokens.ts';

/** What a public body calls itself: a name in front of "(ACRO)" holds one of these. */
const KINDS = new Set(
  (
    'agency institute organization organisation association commission council committee center centre corporation ' +
    'federation foundation authority bank fund chamber ministry department bureau administration service board ' +
    'society office laboratory union academy confederation secretariat body inspectorate institution alliance network directorate'
  ).split(' '),
);
/** What a name with capitals calls itself that is no body: "Comprehensive Economic Partnership Agreement (CEPA)". */
const OTHER_KINDS = new Set(
  (
    'memorandum agreement accord pact treaty protocol act law bill regulation mechanism framework partnership initiative program programme ' +
    'project plan strategy policy system technology vehicle reactor energy gas power fuel cell battery material ' +
    'equipment product goods certificate certification standard index rate tax duty tariff quota zone area complex ' +
    'cluster park conference forum summit expo exhibition fair festival day week award meeting dialogue intelligence ' +
    'learning management understanding contract obligation process chain cost price investment trade neutrality ' +
    'footprint target contribution storage capture utilization transformation environment governance security memory ' +
    'chip semiconductor display diode computer computing communication device robot aircraft drone ship carrier ' +
    'vessel disease syndrome test document report list item rule origin content model officer president minister ' +
    'executive republic state nation status party concern entity control barrier measure road route line station ' +
    'industry motor electronics holding group engineering solution aerospace airline chemical shipbuilding company'
  ).split(' '),
);
/** Words of a name that are looked at before its acronym. */
const LONGEST_NAME = 10;
const BINDERS = new Set(['and', 'of', 'for', 'the', 'on', 'in', 'to']);

/**
 * What the words directly before "(ACRO" name. A body by its kind ("Korea Institute of Something"), or by giving the
 * acronym its letters without naming another kind of thing ("Science and Growth Canada (SGC)"); something else where
 * they are no name at all or say so ("small modular reactor", "Comprehensive Partnership Agreement").
 * @param at token number of the acronym
 */
export function namedBy({ text, tokens }: Part, at: number): 'body' | 'other' | 'unknown' {
  const acronym = text.slice(tokens[at]?.start, tokens[at]?.end);
  let initials = '';
  let head = '';
  for (let i = at - 1; i >= 0 && at - i <= LONGEST_NAME; i--) {
    const token = tokens[i] as Token;
    const gap = text.slice(token.end, tokens[i + 1]?.start);
    const first = i === at - 1;
    if (!first && /[.;:()]/.test(gap)) break;
    if (!token.capital && BINDERS.has(token.key)) {
      // What stands before "of" is the kind: "Memorandum" in "Memorandum of Understanding".
      if (token.key === 'of' || token.key === 'for') head = '';
      continue;
    }
    if (KINDS.has(token.key)) return 'body';
    if (!token.capital) return first || OTHER_KINDS.has(head) ? 'other' : 'unknown';
    head ||= token.key;
    initials = text.charAt(token.start) + initials;
    if (initials === acronym && !OTHER_KINDS.has(head)) return 'body';
  }
  return OTHER_KINDS.has(head) ? 'other' : 'unknown';
}
