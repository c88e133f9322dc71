/**
 * Bootstrap's dark colours wait for an attribute that only a script could set in time. Here they follow what the
 * browser says the person prefers instead, without a script and without a flash: every rule for
 * `[data-bs-theme=dark]` becomes the same rule for the whole page in a media query, at its own place.
 */
export function followColorScheme(bootstrap: string): string {
  return bootstrap.replaceAll(
    /(?<=[{}]|^)([^{}@]*\[data-bs-theme=dark\][^{}]*)(\{[^{}]*\})/g,
    (rule, selector, body) => {
      const other = String(selector)
        .split(',')
        .filter((part) => !part.includes('[data-bs-theme=dark]'));
      const dark = String(selector)
        .split(',')
        .filter((part) => part.includes('[data-bs-theme=dark]') && !part.includes('.navbar'))
        .map((part) => part.replace('[data-bs-theme=dark]', ':root').trim());
      if (dark.length === 0) {
        return rule;
      }
      const kept = other.length === 0 ? '' : `${other.join(',')}${body}`;
      return `${kept}@media (prefers-color-scheme:dark){${dark.join(',')}${body}}`;
    },
  );
}
