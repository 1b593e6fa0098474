//! Stickers and their sets.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    getStickerSet: GetStickerSetParams => StickerSet, NOWHERE;
    getCustomEmojiStickers: GetCustomEmojiStickersParams => Vec<Sticker>, NOWHERE;
    uploadStickerFile: UploadStickerFileParams => File, NOWHERE;
    createNewStickerSet: CreateNewStickerSetParams => bool, NOWHERE;
    addStickerToSet: AddStickerToSetParams => bool, NOWHERE;
    setStickerPositionInSet: SetStickerPositionInSetParams => bool, NOWHERE;
    deleteStickerFromSet: DeleteStickerFromSetParams => bool, NOWHERE;
    replaceStickerInSet: ReplaceStickerInSetParams => bool, NOWHERE;
    setStickerEmojiList: SetStickerEmojiListParams => bool, NOWHERE;
    setStickerKeywords: SetStickerKeywordsParams => bool, NOWHERE;
    setStickerMaskPosition: SetStickerMaskPositionParams => bool, NOWHERE;
    setStickerSetTitle: SetStickerSetTitleParams => bool, NOWHERE;
    setStickerSetThumbnail: SetStickerSetThumbnailParams => bool, NOWHERE;
    setCustomEmojiStickerSetThumbnail: SetCustomEmojiStickerSetThumbnailParams => bool, NOWHERE;
    deleteStickerSet: DeleteStickerSetParams => bool, NOWHERE;
}
