// For what no event tells: asked at most once at a time, and once more when it was wanted meanwhile.
export function asker(ask) {
  let asking = false;
  let again = false;
  return async function refresh() {
    again = asking;
    if (asking) return;
    asking = true;
    try {
      await ask();
    } catch {
      // The emulator is away: it is asked when it is back.
    }
    asking = false;
    if (again) refresh();
  };
}
