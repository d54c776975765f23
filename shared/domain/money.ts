/** Micro-dollars as dollars: two decimals, four below ten cents; what is less than those show is said to be less. */
export function formatMicroUsd(microUsd: number): string {
  if (microUsd > 0 && microUsd < 50) return '<$0.0001';
  return `$${(microUsd / 1_000_000).toFixed(microUsd > 0 && microUsd < 100_000 ? 4 : 2)}`;
}
