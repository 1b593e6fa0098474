// Calls of the control API.

export async function control(path, params, method = params ? "POST" : "GET") {
  const body = params instanceof FormData ? params : params && new URLSearchParams(params);
  const answer = await fetch("/control/" + path, { method, body }).then((response) => response.json());
  if (!answer.ok) throw new Error(answer.description);
  return answer.result;
}

// Whether this emulator has a part of the API: what it has complains of missing parameters.
export async function has(path) {
  const { status } = await fetch("/control/" + path, { method: "POST" }).catch(() => ({ status: 404 }));
  return ![404, 405, 501].includes(status);
}
