/**
 * Where a source lives (a JSON Move, null while it lives at its own address), and what an incident has shown while it
 * lasted. What is known of the incidents of before is their last sight.
 */
export const course = `
ALTER TABLE source ADD COLUMN move TEXT;
ALTER TABLE incident ADD COLUMN trail TEXT NOT NULL DEFAULT '[]';
UPDATE incident SET trail = json_array(
  json_object('since', strftime('%Y-%m-%dT%H:%M:%SZ', since / 1000, 'unixepoch'), 'kind', kind, 'what', what, 'polls', count)
);
`;
