import { writeFileSync } from 'node:fs';
import { configJsonSchema } from './config-schema.ts';

// `npm run schema`: writes the JSON Schema that editors check config/gwanbo.yaml with.
writeFileSync(new URL('../../config/gwanbo.schema.json', import.meta.url), configJsonSchema());
