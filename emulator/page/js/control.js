// Calls of the control API.

export async function control(path, params, method = params ? "POST" : "GET") {
  const body = params instanceof FormData ? params : params && new URLSearchParams(params);
  const answer = await fetch("/control/" + path, { method, body }).then((response) => response.json());
  if (!answer.ok) throw new Error(answer.description);
  return answer.result;
}
