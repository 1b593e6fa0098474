//! Topics of forums.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    getForumTopicIconStickers: GetForumTopicIconStickersParams => Vec<Sticker>, NOWHERE;
    createForumTopic: CreateForumTopicParams => ForumTopic, CHAT;
    editForumTopic: EditForumTopicParams => bool, TOPIC;
    closeForumTopic: CloseForumTopicParams => bool, TOPIC;
    reopenForumTopic: ReopenForumTopicParams => bool, TOPIC;
    deleteForumTopic: DeleteForumTopicParams => bool, TOPIC;
    unpinAllForumTopicMessages: UnpinAllForumTopicMessagesParams => bool, TOPIC;
    editGeneralForumTopic: EditGeneralForumTopicParams => bool, CHAT;
    closeGeneralForumTopic: CloseGeneralForumTopicParams => bool, CHAT;
    reopenGeneralForumTopic: ReopenGeneralForumTopicParams => bool, CHAT;
    hideGeneralForumTopic: HideGeneralForumTopicParams => bool, CHAT;
    unhideGeneralForumTopic: UnhideGeneralForumTopicParams => bool, CHAT;
    unpinAllGeneralForumTopicMessages: UnpinAllGeneralForumTopicMessagesParams => bool, CHAT;
}
