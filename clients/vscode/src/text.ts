// text.ts -- words and numbers for people.

export function money(usd: number | undefined): string {
  if (usd === undefined) return 'unknown price';
  if (usd === 0) return '$0';
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

export function seconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${(ms / 1000).toFixed(1)} s`;
}

export function escapeHtml(text: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (c) => names[c] ?? c);
}

/** The newest first, each once, at most `max`. */
export function remember(history: readonly string[], entry: string, max = 30): string[] {
  return [entry, ...history.filter((old) => old !== entry)].slice(0, max);
}

/** A name for a button: what a message about a failure calls for. */
export type Remedy = 'Set Key' | 'Use Other Model' | 'Ask Again' | 'Open Settings' | 'Show Log';

/** Which next steps go with a message of the server's. */
export function remedies(message: string, can: { retry: boolean; other: boolean }): Remedy[] {
  const list: Remedy[] = [];
  if (/\bkey\b|_API_KEY/i.test(message) && !/key file|certificate/i.test(message))
    list.push('Set Key');
  else if (/\bsettings?\b|base_url|ca_file/i.test(message)) list.push('Open Settings');
  if (can.other) list.push('Use Other Model');
  if (can.retry && !list.includes('Set Key')) list.push('Ask Again');
  list.push('Show Log');
  return list;
}

/** The message with our name before it, once. */
export const ours = (message: string): string =>
  /^trimtab\b/.test(message) ? message : `trimtab: ${message}`;

/** Why an answer was refused, and that the file is as it was: said once. */
export function refused(reason = 'The answer could not be used.'): string {
  return /nothing was changed/i.test(reason) ? reason : `${reason} Nothing was changed.`;
}
