use super::*;
use futures::FutureExt;

const MOST: usize = 64;

/// As many turns as are given at once.
fn take(queue: &RequestQueue) -> Vec<Turn> {
    std::iter::from_fn(|| queue.turn().now_or_never()).collect()
}

#[test]
fn each_answer_lets_one_more_in_until_the_most() {
    let queue = RequestQueue::new(MOST);
    let turns = take(&queue);
    assert_eq!(turns.len(), FIRST);
    turns.iter().for_each(Turn::answered);
    drop(turns);
    let turns = take(&queue);
    assert_eq!(turns.len(), 2 * FIRST);
    turns.iter().for_each(Turn::answered);
    drop(turns);
    assert_eq!(take(&queue).len(), MOST);
    assert_eq!(take(&RequestQueue::new(8)).len(), 8, "fewer where the vendor bears fewer");
}

#[test]
fn refusals_of_one_time_halve_once_and_it_grows_slowly_from_then_on() {
    let queue = RequestQueue::new(MOST);
    let turns = take(&queue);
    turns.iter().for_each(Turn::refused);
    assert_eq!(queue.at_once(), AtOnce { now: FIRST / 2, most: MOST });
    drop(turns);
    let turns = take(&queue);
    assert_eq!(turns.len(), FIRST / 2);
    turns.iter().for_each(Turn::answered);
    assert_eq!(queue.at_once().now, FIRST / 2 + 1);
    drop(turns);
    let turns = take(&queue);
    turns[0].refused();
    assert_eq!(queue.at_once().now, (FIRST / 2).div_euclid(2).max(FEWEST), "a later refusal halves again");
    drop(turns);
    for _ in 0..8 {
        take(&queue)[0].refused();
    }
    assert_eq!(queue.at_once().now, FEWEST);
}

#[tokio::test]
async fn who_is_waited_for_overtakes_and_who_gave_up_costs_no_turn() {
    let queue = RequestQueue::new(FEWEST);
    let mut held = take(&queue);
    assert_eq!(held.len(), FEWEST);
    let order = Arc::new(Mutex::new(Vec::new()));
    let waits = |urgency: Urgency, name: &'static str| {
        let (queue, order) = (queue.clone(), order.clone());
        async move {
            let turn = with_urgency(urgency, queue.turn()).await;
            order.lock().unwrap_or_else(PoisonError::into_inner).push(name);
            drop(turn);
        }
    };
    let mut gone = Box::pin(waits(Urgency::Person, "gone"));
    assert!(gone.as_mut().now_or_never().is_none());
    drop(gone);
    let background = futures::future::join(waits(Urgency::Background, "first"), waits(Urgency::Background, "second"));
    let all = futures::future::join3(background, waits(Urgency::Person, "person"), async { drop(held.pop()) });
    all.await;
    drop(held);
    assert_eq!(*order.lock().unwrap_or_else(PoisonError::into_inner), ["person", "first", "second"]);
    assert_eq!(take(&queue).len(), FEWEST, "every turn came back");
}
