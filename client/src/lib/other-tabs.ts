let channel: BroadcastChannel | undefined;

/** Every tab of a browser is in the same session: one that begins or ends it tells the others. */
export const tellOtherTabs = () => channel?.postMessage('session');

export function followOtherTabs(onNews: () => void) {
  if (typeof BroadcastChannel === 'undefined') return;
  channel = new BroadcastChannel('opex-session');
  channel.onmessage = onNews;
}
