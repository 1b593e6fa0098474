//! Who should own which seat: an even share that moves as few seats as it can. All who read the same
//! store come to the same answer.

use std::collections::BTreeMap;

use crate::{Condition, Instance, Seat, View};

/// The rightful owner of each seat: of [`Seat::Poll`] and of `partitions` partitions. Empty if there
/// is nobody who could own one.
///
/// Those who are well share the partitions; if nobody is, those who do not leave. Who owns a seat
/// keeps it unless that is more than its share. Rendezvous hashing decides what is left open: which
/// seats go, and to whom.
#[must_use]
pub fn share(view: &View, partitions: u16) -> BTreeMap<Seat, Instance> {
    let members = eligible(view);
    let Some(quotas) = Quotas::new(view, &members, partitions) else {
        return BTreeMap::new();
    };
    let mut rightful = BTreeMap::new();
    let mut open = vec![Seat::Poll];
    open.retain(|seat| match owner(view, *seat, &members) {
        Some(owner) => rightful.insert(*seat, owner).is_some(),
        None => true,
    });
    for seat in open {
        rightful.extend(heaviest(seat, members.iter().copied()).map(|owner| (seat, owner)));
    }
    let mut room = quotas.0;
    let mut open = Vec::new();
    let mut owned: BTreeMap<Instance, Vec<Seat>> = BTreeMap::new();
    for seat in (0..partitions).map(Seat::Partition) {
        match owner(view, seat, &members) {
            Some(owner) => owned.entry(owner).or_default().push(seat),
            None => open.push(seat),
        }
    }
    for (member, mut seats) in owned {
        seats.sort_by_key(|seat| std::cmp::Reverse(weight(*seat, member)));
        let quota = room.get_mut(&member).expect("owners are eligible");
        let kept = (*quota).min(seats.len());
        open.extend(seats.split_off(kept));
        *quota -= kept;
        rightful.extend(seats.into_iter().map(|seat| (seat, member)));
    }
    open.sort_unstable();
    for seat in open {
        let with_room = room.iter().filter(|(_, room)| **room > 0);
        let Some(member) = heaviest(seat, with_room.map(|(member, _)| *member)) else {
            break;
        };
        *room.get_mut(&member).expect("it has room") -= 1;
        rightful.insert(seat, member);
    }
    rightful
}

fn eligible(view: &View) -> Vec<Instance> {
    let all = |wanted: Condition| -> Vec<Instance> {
        let members = view.members.iter();
        members
            .filter(|(_, entry)| entry.value.condition == wanted)
            .map(|(instance, _)| *instance)
            .collect()
    };
    let well = all(Condition::Well);
    if well.is_empty() {
        all(Condition::Unwell)
    } else {
        well
    }
}

/// Who owns a seat, if it may stay so.
fn owner(view: &View, seat: Seat, members: &[Instance]) -> Option<Instance> {
    let holding = view.seats.get(&seat)?.value;
    (!holding.released && members.contains(&holding.holder)).then_some(holding.holder)
}

/// How many partitions each member should own.
struct Quotas(BTreeMap<Instance, usize>);

impl Quotas {
    /// Where they do not come out even, those who own most have one more: then nothing moves.
    fn new(view: &View, members: &[Instance], partitions: u16) -> Option<Self> {
        let least = usize::from(partitions).checked_div(members.len())?;
        let odd = usize::from(partitions) % members.len();
        let mut owned: BTreeMap<Instance, usize> =
            members.iter().map(|member| (*member, 0)).collect();
        for seat in (0..partitions).map(Seat::Partition) {
            if let Some(owner) = owner(view, seat, members) {
                *owned.entry(owner).or_default() += 1;
            }
        }
        let mut by_owned: Vec<Instance> = members.to_vec();
        by_owned.sort_by_key(|member| std::cmp::Reverse(owned[member]));
        let quotas = by_owned.into_iter().enumerate();
        Some(Self(
            quotas
                .map(|(place, member)| (member, least + usize::from(place < odd)))
                .collect(),
        ))
    }
}

fn heaviest(seat: Seat, members: impl Iterator<Item = Instance>) -> Option<Instance> {
    members.max_by_key(|member| (weight(seat, *member), *member))
}

/// A number that every process computes alike (the finaliser of splitmix64).
fn weight(seat: Seat, member: Instance) -> u64 {
    let seat = match seat {
        Seat::Poll => u64::MAX,
        Seat::Partition(number) => u64::from(number),
    };
    let mut mixed = member.0 ^ seat.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, Holding, Member};

    fn members(count: u64) -> View {
        let mut view = View::default();
        for instance in 1..=count {
            join(&mut view, instance, Condition::Well);
        }
        view
    }

    fn join(view: &mut View, instance: u64, condition: Condition) {
        let value = Member { condition };
        let entry = Entry { revision: 1, value };
        view.members.insert(Instance(instance), entry);
    }

    /// Everybody takes what is rightfully its own; says how many seats changed hands.
    fn settle(view: &mut View, partitions: u16) -> usize {
        let mut moved = 0;
        for (seat, holder) in share(view, partitions) {
            let value = Holding {
                holder,
                released: false,
            };
            let before = view.seats.insert(seat, Entry { revision: 1, value });
            moved += usize::from(before.is_none_or(|before| before.value.holder != holder));
        }
        moved
    }

    fn counts(view: &View) -> Vec<usize> {
        let of = |member: &Instance| {
            let partitions = view
                .seats
                .iter()
                .filter(|(seat, _)| matches!(seat, Seat::Partition(_)));
            partitions
                .filter(|(_, entry)| entry.value.holder == *member)
                .count()
        };
        view.members.keys().map(of).collect()
    }

    #[test]
    fn shares_differ_by_one_at_the_most_and_are_stable() {
        for count in 1..=20 {
            let mut view = members(count);
            settle(&mut view, 16);
            let counts = counts(&view);
            let (least, most) = (counts.iter().min(), counts.iter().max());
            assert!(
                most.zip(least)
                    .is_some_and(|(most, least)| most - least <= 1),
                "{counts:?}"
            );
            assert_eq!(settle(&mut view, 16), 0, "what is even does not move");
        }
    }

    #[test]
    fn who_joins_gets_its_share_and_no_other_seat_moves() {
        for count in 1..=10 {
            let mut view = members(count);
            settle(&mut view, 64);
            join(&mut view, count + 1, Condition::Well);
            let share = 64 / usize::try_from(count + 1).expect("few");
            // The poller stays.
            assert_eq!(settle(&mut view, 64), share);
        }
    }

    #[test]
    fn only_the_seats_of_who_is_gone_move() {
        let mut view = members(4);
        settle(&mut view, 16);
        view.members.remove(&Instance(2));
        assert!(
            settle(&mut view, 16) <= 5,
            "four partitions, and perhaps the poller"
        );
        assert!(counts(&view).iter().all(|count| (5..=6).contains(count)));
    }

    #[test]
    fn the_unwell_own_seats_only_where_nobody_is_well() {
        let mut view = members(2);
        settle(&mut view, 16);
        join(&mut view, 1, Condition::Unwell);
        settle(&mut view, 16);
        assert_eq!(counts(&view), [0, 16]);
        join(&mut view, 2, Condition::Unwell);
        settle(&mut view, 16);
        assert_eq!(counts(&view), [8, 8]);
        join(&mut view, 1, Condition::Leaving);
        join(&mut view, 2, Condition::Leaving);
        assert_eq!(share(&view, 16), BTreeMap::new());
    }

    #[test]
    fn a_released_seat_is_free() {
        let mut view = members(2);
        settle(&mut view, 16);
        for entry in view.seats.values_mut() {
            entry.value.released = true;
        }
        view.members.remove(&Instance(1));
        assert!(share(&view, 16).values().all(|owner| *owner == Instance(2)));
        assert_eq!(share(&view, 16).len(), 17);
    }

    #[test]
    fn weights_are_the_same_in_every_version() {
        let weighed = [Seat::Poll, Seat::Partition(0), Seat::Partition(15)]
            .map(|seat| weight(seat, Instance(0x00c0_ffee)));
        assert_eq!(
            weighed,
            [
                16_598_161_870_578_745_861,
                1_084_794_988_227_936_554,
                9_672_436_437_689_175_463
            ]
        );
    }
}
