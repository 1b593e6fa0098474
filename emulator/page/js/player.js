// Video and sound: a tile until it is played. The whole file is fetched then, so that one can seek in it.
import { html, useEffect, useState } from "./html.js";
import { address, size } from "./files.js";
import { duration } from "./dates.js";
import { Icon } from "./icons.js";
import { toast } from "./store.js";
import { details, Tile } from "./tile.js";
import { t } from "./words.js";

// What each kind is, if the message does not say.
const TYPES = { video: "video/mp4", animation: "video/mp4", video_note: "video/mp4", voice: "audio/ogg", audio: "audio/mpeg" };

export function Player({ kind, file, title, detail, sign = html`<${Icon} name="play" />` }) {
  const [source, setSource] = useState(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => () => source && URL.revokeObjectURL(source), [source]);
  const words = details(detail, duration(file.duration), size(file.file_size));
  if (failed) return html`<${Tile} sign=${sign} title=${title} detail=${words} file=${file} />`;

  const fail = () => {
    setFailed(true);
    toast(t("Браузер не может это проиграть: файл можно сохранить"));
  };
  const play = async () => {
    try {
      const content = await fetch(address(file.file_id)).then((answer) => answer.blob());
      setSource(URL.createObjectURL(new Blob([content], { type: file.mime_type ?? TYPES[kind] })));
    } catch {
      fail();
    }
  };
  if (!source) {
    return html`<button class="plain tile" aria-label=${t("{}: проиграть", title)} onClick=${play}>
      <span class="sign" aria-hidden="true">${sign}</span><span><b>${title}</b><small>${words}</small></span></button>`;
  }
  if (kind === "voice" || kind === "audio") {
    return html`<figure class="player"><audio src=${source} controls autoplay onError=${fail}></audio><small>${details(title, words)}</small></figure>`;
  }
  return html`<video class=${"picture " + kind} src=${source} controls=${kind === "video"} autoplay playsinline loop=${kind !== "video"}
    muted=${kind === "animation"} onError=${fail}></video>`;
}
