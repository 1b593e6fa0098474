//! Chats: members, rights, invite links, titles.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    banChatMember: BanChatMemberParams => bool, CHAT;
    unbanChatMember: UnbanChatMemberParams => bool, CHAT;
    restrictChatMember: RestrictChatMemberParams => bool, CHAT;
    promoteChatMember: PromoteChatMemberParams => bool, CHAT;
    setChatAdministratorCustomTitle: SetChatAdministratorCustomTitleParams => bool, CHAT;
    setChatMemberTag: SetChatMemberTagParams => bool, CHAT;
    banChatSenderChat: BanChatSenderChatParams => bool, CHAT;
    unbanChatSenderChat: UnbanChatSenderChatParams => bool, CHAT;
    setChatPermissions: SetChatPermissionsParams => bool, CHAT;
    exportChatInviteLink: ExportChatInviteLinkParams => String, CHAT;
    createChatInviteLink: CreateChatInviteLinkParams => ChatInviteLink, CHAT;
    editChatInviteLink: EditChatInviteLinkParams => ChatInviteLink, CHAT;
    createChatSubscriptionInviteLink: CreateChatSubscriptionInviteLinkParams => ChatInviteLink, CHAT;
    editChatSubscriptionInviteLink: EditChatSubscriptionInviteLinkParams => ChatInviteLink, CHAT;
    revokeChatInviteLink: RevokeChatInviteLinkParams => ChatInviteLink, CHAT;
    approveChatJoinRequest: ApproveChatJoinRequestParams => bool, JOIN_REQUEST;
    declineChatJoinRequest: DeclineChatJoinRequestParams => bool, JOIN_REQUEST;
    setChatPhoto: SetChatPhotoParams => bool, CHAT;
    deleteChatPhoto: DeleteChatPhotoParams => bool, CHAT;
    setChatTitle: SetChatTitleParams => bool, CHAT;
    setChatDescription: SetChatDescriptionParams => bool, CHAT;
    leaveChat: LeaveChatParams => bool, CHAT;
    getChat: GetChatParams => ChatFullInfo, NOWHERE;
    getChatAdministrators: GetChatAdministratorsParams => Vec<ChatMember>, NOWHERE;
    getChatMemberCount: GetChatMemberCountParams => u32, NOWHERE;
    getChatMember: GetChatMemberParams => ChatMember, NOWHERE;
    getUserChatBoosts: GetUserChatBoostsParams => UserChatBoosts, NOWHERE;
    setChatStickerSet: SetChatStickerSetParams => bool, CHAT;
    deleteChatStickerSet: DeleteChatStickerSetParams => bool, CHAT;
    verifyChat: VerifyChatParams => bool, NOWHERE;
    removeChatVerification: RemoveChatVerificationParams => bool, NOWHERE;
}
