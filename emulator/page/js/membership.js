// Who comes into a group and goes, and who runs it: what the person one is does about it.
import { control } from "./control.js";
import { attempt, store } from "./store.js";

export const join = attempt((group, more = {}) => control("groups/join", { group, user: store.me, ...more }));
export const ask = attempt((group, more = {}) => control("groups/ask", { group, user: store.me, ...more }));

// By whom: by oneself as a member, else by the owner, since strangers govern nothing.
export function membership(one) {
  const by = one.members.includes(store.me) ? store.me : (one.administrators[0] ?? store.me);
  const place = { group: one.id, by };
  return {
    add: attempt((user) => control("groups/join", { ...place, user })),
    put_out: attempt((user) => control("groups/leave", { ...place, user })),
    promote: attempt((user) => control("groups/promote", { ...place, user })),
    demote: attempt((user) => control("groups/promote", { ...place, user, demote: true })),
  };
}
