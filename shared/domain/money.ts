/** Micro-dollars as dollars: four decimals below ten cents, none from $10,000 on; what is less than those show is said to be less. */
export function formatMicroUsd(microUsd: number): string {
  if (microUsd > 0 && microUsd < 50) return '<$0.0001';
  const digits = microUsd > 0 && microUsd < 100_000 ? 4 : microUsd >= 10_000_000_000 ? 0 : 2;
  const dollars = (microUsd / 1_000_000).toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `$${dollars}`;
}
