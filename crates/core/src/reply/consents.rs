//! Replies that say yes or no to what somebody asks: a checkout, a place in a group. A no to a checkout is
//! an error, `Error::user("…")`, so that nothing of its handler is kept.

use super::Reply;
use crate::telegram::Call;

impl Reply {
    /// Confirms the checkout: the user may pay. It is due within ten seconds.
    pub fn confirm() -> Self {
        Self::call(Call::new("answerPreCheckoutQuery").param("ok", true))
    }

    /// Lets in who asks to join the group or channel.
    pub fn approve() -> Self {
        Self::call(Call::new("approveChatJoinRequest"))
    }

    /// Turns away who asks to join the group or channel.
    pub fn decline() -> Self {
        Self::call(Call::new("declineChatJoinRequest"))
    }
}
