//! A batch of clients, from the first moment to the last.

use std::{net::Ipv4Addr, sync::Arc};

use aspis_core::{
    client::Client,
    clock::{ManualClock, Timestamp},
    scenario::denial_of_service::windows::{Ask, Subject, Windows},
};

use super::{
    case::Case,
    crowd::{Call, Crowd},
    home::Home,
    node::{Node, Plan},
    shape::{END, Event, MOMENTS},
    tally::{Given, Tally},
};
use crate::dice::Dice;

/// Nodes, their home and their time: what one batch leaves to the next.
#[derive(Debug)]
pub(super) struct Stage {
    case: Case,
    plan: Plan,
    own: Vec<Arc<Windows>>,
    given: Given,
}

/// A batch that is under way.
struct Scene<'a> {
    case: &'a Case,
    plan: &'a Plan,
    crowd: Crowd,
    /// The number of the first client.
    first: u32,
    nodes: Vec<Node>,
    given: &'a mut Given,
    tally: Tally,
}

impl Stage {
    /// Room for a batch like this one.
    pub(super) fn new(case: &Case, crowd: Crowd) -> Self {
        let everywhere = crowd.floods + crowd.busy;
        let own = everywhere + (crowd.all - everywhere) * 2 / case.nodes;
        let room = |windows: u32| windows as usize * 3 / 2 + 256;
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_600_000_000)));
        let plan = Plan {
            home: Arc::new(Home::new(room(crowd.all), clock.clone())),
            clock,
            room: room(own),
            share: case.share,
            over: 256.max(8 * crowd.floods as usize),
        };
        let own = (0..case.nodes).map(|_| plan.windows()).collect();
        Self { case: *case, plan, own, given: Given::default() }
    }

    /// Goes through a batch. What the one before left behind counts no more when it begins.
    pub(super) async fn run(&mut self, crowd: Crowd, first: u32, mut dice: Dice) -> anyhow::Result<Tally> {
        self.given.clear(crowd.all);
        let start = |(number, own)| Node::start(&self.plan, number, own);
        let nodes = (0..self.case.nodes).zip(self.own.drain(..)).map(start).collect();
        let (case, plan, tally) = (&self.case, &self.plan, Tally::default());
        let mut scene = Scene { case, plan, crowd, first, nodes, given: &mut self.given, tally };
        let (step, mut calls) = (case.rate.window / MOMENTS, Vec::new());
        for moment in 0..END {
            case.shape.events(moment).iter().for_each(|event| scene.happen(*event));
            crowd.calls(case, moment, &mut dice, &mut calls);
            scene.go_on(moment, &calls).await?;
            plan.clock.advance(step);
        }
        let (tally, nodes) = scene.end();
        self.plan.clock.advance(3 * self.case.rate.window);
        self.own.extend(nodes.into_iter().map(Node::into_windows));
        Ok(tally)
    }

    /// Memory of all windows.
    pub(super) fn bytes(&self) -> usize {
        self.plan.home.bytes() + self.own.iter().map(|own| own.bytes()).sum::<usize>()
    }
}

impl Scene<'_> {
    fn happen(&mut self, event: Event) {
        let off = (self.case.nodes - self.case.cut) as usize;
        let cut = &mut self.nodes[off..];
        match event {
            Event::Cut => cut.iter().for_each(|node| node.cut(true)),
            Event::Heal => cut.iter().for_each(|node| node.cut(false)),
            Event::Empty => self.plan.home.empty(),
            Event::Restart => cut.iter_mut().for_each(|node| node.restart(self.plan)),
        }
    }

    /// Everything that is sent at a moment.
    async fn go_on(&mut self, moment: u32, calls: &[Call]) -> anyhow::Result<()> {
        for Call { client, node } in calls.iter().copied() {
            let node = &self.nodes[node as usize];
            let before = node.trips();
            let admitted = node.admit(self.ask(client)).await?;
            let trips = node.trips() - before;
            if admitted {
                self.given.count(client, moment);
            }
            self.count(client, moment, admitted, trips);
        }
        Ok(())
    }

    fn ask(&self, client: u32) -> Ask {
        let client = Client::V4(Ipv4Addr::from_bits(self.first + client));
        Ask { class: 1, subject: Subject::Client(client), rate: self.case.rate }
    }

    fn count(&mut self, client: u32, moment: u32, admitted: bool, trips: u64) {
        let tally = &mut self.tally;
        tally.decisions += 1;
        tally.trips += trips;
        let is_hard = self.case.shape.trouble().contains(&moment);
        if client < self.crowd.floods {
            tally.floods += 1;
            tally.flood_trips += trips;
        } else if is_hard {
            tally.asked += 1;
            tally.refused += u64::from(!admitted);
        } else {
            tally.wronged += u64::from(!admitted);
        }
    }

    fn end(self) -> (Tally, Vec<Node>) {
        (Tally { most: self.given.most(), ..self.tally }, self.nodes)
    }
}
