//! The bot itself: how it gets updates, what it is called, which commands it shows, the bots it manages.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    getUpdates: GetUpdatesParams => Vec<Update>, NOWHERE;
    setWebhook: SetWebhookParams => bool, NOWHERE;
    deleteWebhook: DeleteWebhookParams => bool, NOWHERE;
    getWebhookInfo: GetWebhookInfoParams => WebhookInfo, NOWHERE;
    getMe: GetMeParams => User, NOWHERE;
    logOut: LogOutParams => bool, NOWHERE;
    close: CloseParams => bool, NOWHERE;
    setMyCommands: SetMyCommandsParams => bool, NOWHERE;
    deleteMyCommands: DeleteMyCommandsParams => bool, NOWHERE;
    getMyCommands: GetMyCommandsParams => Vec<BotCommand>, NOWHERE;
    setMyName: SetMyNameParams => bool, NOWHERE;
    getMyName: GetMyNameParams => BotName, NOWHERE;
    setMyDescription: SetMyDescriptionParams => bool, NOWHERE;
    getMyDescription: GetMyDescriptionParams => BotDescription, NOWHERE;
    setMyShortDescription: SetMyShortDescriptionParams => bool, NOWHERE;
    getMyShortDescription: GetMyShortDescriptionParams => BotShortDescription, NOWHERE;
    setMyProfilePhoto: SetMyProfilePhotoParams => bool, NOWHERE;
    removeMyProfilePhoto: RemoveMyProfilePhotoParams => bool, NOWHERE;
    setChatMenuButton: SetChatMenuButtonParams => bool, NOWHERE;
    getChatMenuButton: GetChatMenuButtonParams => MenuButton, NOWHERE;
    setMyDefaultAdministratorRights: SetMyDefaultAdministratorRightsParams => bool, NOWHERE;
    getMyDefaultAdministratorRights: GetMyDefaultAdministratorRightsParams => ChatAdministratorRights, NOWHERE;
    getManagedBotToken: GetManagedBotTokenParams => String, NOWHERE;
    replaceManagedBotToken: ReplaceManagedBotTokenParams => String, NOWHERE;
    getManagedBotAccessSettings: GetManagedBotAccessSettingsParams => BotAccessSettings, NOWHERE;
    setManagedBotAccessSettings: SetManagedBotAccessSettingsParams => bool, NOWHERE;
    getFile: GetFileParams => File, NOWHERE;
}
