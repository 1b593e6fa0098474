//! Accounts of businesses and their stories.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    getBusinessConnection: GetBusinessConnectionParams => BusinessConnection, NOWHERE;
    readBusinessMessage: ReadBusinessMessageParams => bool, MESSAGE + business;
    deleteBusinessMessages: DeleteBusinessMessagesParams => bool, NOWHERE;
    setBusinessAccountName: SetBusinessAccountNameParams => bool, NOWHERE;
    setBusinessAccountUsername: SetBusinessAccountUsernameParams => bool, NOWHERE;
    setBusinessAccountBio: SetBusinessAccountBioParams => bool, NOWHERE;
    setBusinessAccountProfilePhoto: SetBusinessAccountProfilePhotoParams => bool, NOWHERE;
    removeBusinessAccountProfilePhoto: RemoveBusinessAccountProfilePhotoParams => bool, NOWHERE;
    setBusinessAccountGiftSettings: SetBusinessAccountGiftSettingsParams => bool, NOWHERE;
    getBusinessAccountStarBalance: GetBusinessAccountStarBalanceParams => StarAmount, NOWHERE;
    transferBusinessAccountStars: TransferBusinessAccountStarsParams => bool, NOWHERE;
    getBusinessAccountGifts: GetBusinessAccountGiftsParams => OwnedGifts, NOWHERE;
    postStory: PostStoryParams => Story, NOWHERE;
    repostStory: RepostStoryParams => Story, NOWHERE;
    editStory: EditStoryParams => Story, NOWHERE;
    deleteStory: DeleteStoryParams => bool, NOWHERE;
}
