//! What is known of users, and what is done about them outside of chats.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    getUserProfilePhotos: GetUserProfilePhotosParams => UserProfilePhotos, NOWHERE;
    getUserProfileAudios: GetUserProfileAudiosParams => UserProfileAudios, NOWHERE;
    getUserPersonalChatMessages: GetUserPersonalChatMessagesParams => Vec<Message>, NOWHERE;
    setUserEmojiStatus: SetUserEmojiStatusParams => bool, SENDER;
    verifyUser: VerifyUserParams => bool, NOWHERE;
    removeUserVerification: RemoveUserVerificationParams => bool, NOWHERE;
    setPassportDataErrors: SetPassportDataErrorsParams => bool, SENDER;
}
