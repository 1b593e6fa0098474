//! A second message for a share of the recipients, and whether the better one goes to the rest.

use ostankino::{Html, Result, mailings::Post};
use ostankino_dialogs::{Data, Item, Turn, View, Window, field};

use super::{sample, shown_in};
use crate::{
    Texts,
    draft::{Draft, Step},
};

/// On how many of a hundred it can be tried: as many get the main message where the better one is looked for.
const SHARES: [u8; 4] = [10, 20, 30, 40];

/// After how many hours the better one can be chosen.
const HOURS: [u32; 4] = [1, 2, 6, 24];

pub(super) fn other(w: &mut Window<Draft, (), Texts>) {
    w.text(|v| v.t.other());
    w.on_post(received).leads(&[Step::Test]);
    w.when(
        |v| v.data.other.is_some(),
        |w| {
            w.button("drop", |v| v.t.drop_other_button(), dropped)
                .once()
                .leads(&[Step::Buttons]);
        },
    );
    w.to(Step::Buttons, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::draft(), (), t));
}

async fn received(
    Data(draft): Data<Draft>,
    Item(post): Item<Post>,
    t: Texts,
) -> Result<Turn<Draft>> {
    let other = Some(post);
    shown_in(Step::Test, Draft { other, ..draft }, &t)
}

async fn dropped(Data(draft): Data<Draft>, t: Texts) -> Result<Turn<Draft>> {
    let (other, winner_after_h) = (None, None);
    let draft = Draft {
        other,
        winner_after_h,
        ..draft
    };
    shown_in(Step::Buttons, draft, &t)
}

pub(super) fn test(w: &mut Window<Draft, (), Texts>) {
    w.text(|v| Html::join([v.t.test(v.data.share()), winner(&v.data, &v.t)], "\n"));
    w.select(
        "share",
        |_| SHARES.as_slice(),
        |share| *share,
        |v, share| v.t.share_button(*share),
    )
    .columns(4)
    .bind(field!(share))
    .radio();
    w.select(
        "winner",
        |_| HOURS.as_slice(),
        |hours| *hours,
        |v, hours| v.t.winner_button(*hours),
    )
    .columns(4)
    .bind(field!(winner_after_h))
    .radio();
    w.when(
        |v| v.data.winner_after_h.is_some(),
        |w| {
            w.to(Step::Label, |v| v.t.label_button());
        },
    );
    w.row(|w| {
        w.to(Step::Other, |v| v.t.another_button());
        w.button("shown", |v| v.t.forward_button(), shown)
            .leads(&[Step::Buttons]);
    });
    w.samples(|t| View::sample(sample::test(), (), t));
}

/// What becomes of the rest.
fn winner(draft: &Draft, t: &Texts) -> Html {
    match (draft.winner_after_h, draft.counted(t)) {
        (Some(hours), Some(button)) => t.test_winner(button, t.winner_button(hours).0),
        _ => t.test_alone(),
    }
}

async fn shown(Data(draft): Data<Draft>, t: Texts) -> Result<Turn<Draft>> {
    shown_in(Step::Buttons, draft, &t)
}

pub(super) fn label(w: &mut Window<Draft, (), Texts>) {
    w.text(|v| v.t.label());
    w.ask_text(1..=40, field!(counted)).then(Step::Test);
    w.to(Step::Test, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::test(), (), t));
}
