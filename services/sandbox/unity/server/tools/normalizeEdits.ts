import { integerOf, isRecord, type Body } from '../../editor/reply.ts';

/** Edits in 1-based fields, whichever of the three forms they came in: fields, an LSP range (0-based), or offsets. */
export interface NormalizedEdit extends Body {
  readonly startLine: number;
  readonly startCol: number;
  readonly endLine: number;
  readonly endCol: number;
}

export type Normalized =
  | { readonly kind: 'ok'; readonly edits: readonly NormalizedEdit[]; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly body: Body };

const fields = ['startLine', 'startCol', 'endLine', 'endCol'] as const;

export function normalizeEdits(given: readonly Body[], text: string, strict: boolean): Normalized {
  const edits: NormalizedEdit[] = [];
  let isZeroBased = false;
  for (const edit of given) {
    const explicit = readFields(edit);
    if (explicit !== undefined) {
      const values = fields.map((field) => explicit[field]);
      if (!values.some((value) => value < 1)) {
        edits.push(explicit);
        continue;
      }
      isZeroBased = true;
      const [startLine = 1, startCol = 1, endLine = 1, endCol = 1] = strict
        ? values
        : values.map((value) => Math.max(1, value));
      edits.push({ ...explicit, startLine, startCol, endLine, endCol });
      continue;
    }
    const converted = fromRange(edit, text);
    if (converted === undefined) return { kind: 'refused', body: missingField(edit) };
    edits.push(converted);
  }
  if (isZeroBased && strict) {
    const body = {
      success: false,
      code: 'zero_based_explicit_fields',
      message: 'Explicit line/col fields are 1-based; received zero-based.',
      data: { normalizedEdits: edits },
    };
    return { kind: 'refused', body };
  }
  return { kind: 'ok', edits, warnings: isZeroBased ? ['zero_based_explicit_fields_normalized'] : [] };
}

function readFields(edit: Body): NormalizedEdit | undefined {
  const [startLine, startCol, endLine, endCol] = fields.map((field) => integerOf(edit, field));
  if (startLine === undefined || startCol === undefined || endLine === undefined || endCol === undefined) {
    return undefined;
  }
  return { ...edit, startLine, startCol, endLine, endCol };
}

function fromRange(edit: Body, text: string): NormalizedEdit | undefined {
  const { range, ...rest } = edit;
  if (isRecord(range) && isRecord(range['start']) && isRecord(range['end'])) {
    const { start, end } = range;
    return {
      ...rest,
      startLine: (integerOf(start, 'line') ?? 0) + 1,
      startCol: (integerOf(start, 'character') ?? 0) + 1,
      endLine: (integerOf(end, 'line') ?? 0) + 1,
      endCol: (integerOf(end, 'character') ?? 0) + 1,
    };
  }
  if (!Array.isArray(range) || typeof range[0] !== 'number' || typeof range[1] !== 'number') return undefined;
  const [startLine, startCol] = positionOf(text, range[0]);
  const [endLine, endCol] = positionOf(text, range[1]);
  return { ...rest, startLine, startCol, endLine, endCol };
}

function positionOf(text: string, offset: number): readonly [line: number, column: number] {
  const before = text.slice(0, Math.max(0, offset));
  const line = before.split('\n').length;
  return [line, before.length - before.lastIndexOf('\n')];
}

function missingField(edit: Body): Body {
  return {
    success: false,
    code: 'missing_field',
    message: "apply_text_edits requires startLine/startCol/endLine/endCol/newText or a normalizable 'range'",
    data: { expected: [...fields, 'newText'], got: edit },
  };
}
