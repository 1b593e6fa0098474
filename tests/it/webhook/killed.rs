//! Three processes behind a balancer, of which each is killed in its turn.

use telegram_emulator::Person;

use super::{all_is_noted, posted_to, press, world};
use crate::support::{Service, World, balancer::Balancer};

/// What each person says and presses between two deaths.
const ROUND: usize = 8;

fn all_do(world: &World, people: &[Person], from: usize) -> usize {
    for number in from..from + ROUND {
        for person in people {
            person.says(&format!("слово {number}"));
            press(world, person, &format!("кнопка {number}"));
        }
    }
    from + ROUND
}

/// Kills each of three processes while updates are posted, and starts it again. Gives how much each person did.
async fn three_of_which_each_dies(world: &World, order: &str, people: &[Person]) -> usize {
    let balancer = Balancer::start().await;
    let start = async || {
        let setup = posted_to(world, &balancer).set("TELEGRAM__WEBHOOK_ORDER", order);
        let service = setup.start().await;
        balancer.add(&service).await;
        service
    };
    let mut services: Vec<Service> = Vec::new();
    for _ in 0..3 {
        services.push(start().await);
    }
    let mut done = all_do(world, people, 0);
    for service in &mut services {
        done = all_do(world, people, done);
        service.signal("KILL");
        service.ended().await;
        done = all_do(world, people, done);
        *service = start().await;
    }
    all_is_noted(world, 2 * people.len() * done).await;
    for service in &services {
        service.stop().await;
    }
    done
}

#[tokio::test]
async fn of_three_processes_each_is_killed_and_what_each_queue_of_telegrams_holds_keeps_its_order()
{
    let world = world().await;
    let people: Vec<_> = (0..6).map(|_| world.tg.person("Гость")).collect();
    let done = three_of_which_each_dies(&world, "queue", &people).await;
    for person in &people {
        let noted = world.noted(person).await;
        for what in ["слово", "кнопка"] {
            let of_kind: Vec<_> = noted.iter().filter(|it| it.starts_with(what)).collect();
            let all: Vec<_> = (0..done).map(|number| format!("{what} {number}")).collect();
            assert_eq!(of_kind, all.iter().collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn posted_one_after_the_other_all_that_a_user_does_keeps_its_order_whoever_is_killed() {
    let world = world().await;
    let people: Vec<_> = (0..3).map(|_| world.tg.person("Гость")).collect();
    let done = three_of_which_each_dies(&world, "strict", &people).await;
    for person in &people {
        let all =
            (0..done).flat_map(|number| [format!("слово {number}"), format!("кнопка {number}")]);
        assert_eq!(world.noted(person).await, all.collect::<Vec<_>>());
    }
    let connections = world.tg.calls_of("setWebhook");
    assert_eq!(connections[0].param("max_connections"), "1");
}
