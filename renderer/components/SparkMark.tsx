/** SPARK's own mark: a small spark. */
export const SparkMark = ({ className }: { readonly className?: string | undefined }) => (
  <svg viewBox="0 0 16 16" className={className} fill="currentColor" aria-hidden="true">
    <path d="M9.4.9 8.9 5.6l4.6-1.2-3.9 2.8 4.5 1.9-4.8-.2 1.7 4.6-3-3.8-1.7 5.4-.1-5.5-4.7 2 3.6-3.4L.9 6.6l4.6.1L3.3 2.3l3.9 2.9z" />
  </svg>
);
