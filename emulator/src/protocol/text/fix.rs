//! What Telegram makes of entities that lie in or over each other: links, code and quotations stay whole or go, and bold and
//! the like are cut at their borders and where another begins, and joined where they touch.

use super::sort;
use crate::protocol::objects::Entity;

/// The kinds that may be cut.
const SPLITTABLE: [&str; 5] = ["bold", "italic", "underline", "strikethrough", "spoiler"];

/// Puts entities into the form and order in which Telegram keeps and returns them.
pub(crate) fn fix(mut entities: Vec<Entity>) -> Vec<Entity> {
    sort(&mut entities);
    let (splittable, whole): (Vec<_>, Vec<_>) = entities
        .into_iter()
        .partition(|entity| splittable_index(entity).is_some());
    let (mut quotes, mut whole): (Vec<_>, Vec<_>) = whole.into_iter().partition(is_quote);
    keep_apart(&mut whole);
    keep_apart(&mut quotes);
    whole.retain(|entity| !quotes.iter().any(|quote| sticks_out(entity, quote)));
    whole.append(&mut quotes);
    sort(&mut whole);
    let mut entities = Cutter::new(&splittable).cut(&whole);
    entities.append(&mut whole);
    sort(&mut entities);
    entities
}

fn splittable_index(entity: &Entity) -> Option<usize> {
    SPLITTABLE.iter().position(|kind| *kind == entity.kind)
}

fn is_quote(entity: &Entity) -> bool {
    entity.kind.ends_with("blockquote")
}

/// Nothing is formatted inside of code.
fn is_code(entity: &Entity) -> bool {
    matches!(entity.kind.as_str(), "code" | "pre")
}

/// Removes those that begin before the end of one before.
fn keep_apart(entities: &mut Vec<Entity>) {
    let mut end = 0;
    entities.retain(|entity| {
        let is_apart = entity.offset >= end;
        if is_apart {
            end = entity.end();
        }
        is_apart
    });
}

/// Whether an entity is partly in a quotation, or around it.
fn sticks_out(entity: &Entity, quote: &Entity) -> bool {
    let overlaps = entity.offset < quote.end() && quote.offset < entity.end();
    overlaps && (entity.offset < quote.offset || quote.end() < entity.end())
}

/// Walks over the text and cuts.
struct Cutter<'a> {
    /// Those not reached yet.
    rest: &'a [Entity],
    /// The stretch of each kind that is not written out yet.
    open: [Option<(usize, usize)>; 5],
    done: Vec<Entity>,
}

impl<'a> Cutter<'a> {
    fn new(splittable: &'a [Entity]) -> Self {
        Self {
            rest: splittable,
            open: [None; 5],
            done: vec![],
        }
    }

    fn cut(mut self, whole: &[Entity]) -> Vec<Entity> {
        let mut around: Vec<&Entity> = vec![];
        for entity in whole {
            self.leave(&mut around, entity.offset);
            self.advance(entity.offset);
            around.push(entity);
        }
        self.leave(&mut around, usize::MAX);
        self.advance(usize::MAX);
        self.done
    }

    /// Goes on to the ends of those that end before this offset.
    fn leave(&mut self, around: &mut Vec<&Entity>, offset: usize) {
        while let Some(inner) = around.pop_if(|entity| entity.end() <= offset) {
            let before = self.done.len();
            self.advance(inner.end());
            if is_code(inner) {
                self.done.truncate(before);
            }
        }
    }

    fn advance(&mut self, to: usize) {
        while let Some((entity, rest)) = self.rest.split_first()
            && entity.offset < to
        {
            self.rest = rest;
            let index = splittable_index(entity).expect("only those are here");
            match &mut self.open[index] {
                Some((_, end)) if entity.offset <= *end => *end = entity.end().max(*end),
                _ => {
                    self.flush(entity.offset);
                    self.open[index] = Some((entity.offset, entity.end()));
                }
            }
        }
        self.flush(to);
    }

    /// Writes out all stretches up to an offset.
    fn flush(&mut self, offset: usize) {
        for (index, open) in self.open.iter_mut().enumerate() {
            let Some((begin, end)) = open.filter(|(begin, _)| *begin < offset) else {
                continue;
            };
            let until = end.min(offset);
            self.done
                .push(Entity::new(SPLITTABLE[index], begin, until - begin));
            *open = (until < end).then_some((until, end));
        }
    }
}

#[cfg(test)]
mod tests;
