//! Alibaba Cloud 智能外呼机器人 (outboundbot): its tasks, one row an attempt; or the answer of ListJobs, in which each job holds its tasks.
//!
//! Members of tasks and jobs: help.aliyun.com/zh/outboundbot, api-outboundbot-2019-12-26-listjobs. A job without a task is one for which nobody was called yet.

use crate::input::layout::prelude::*;

/// The layout.
pub struct Layout;

const STATUS: Words = &[
    ("unknown", &["Executing"]),
    ("unreachable", &["NotConnected", "PoweredOff", "OutOfService"]),
    ("canceled", &["Cancelled"]),
    (NO_CALL, &["SchedulingPending", "Pending", "Scheduling", "Drafted", "Paused"]),
];

impl Format for Layout {
    fn name(&self) -> &'static str {
        "aliyun-outboundbot"
    }

    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)> {
        let flat = Draft::named(prefix, self.name(), &["TaskId", "CalledNumber", "ActualTime", "Status"]);
        let table = flat.or_else(|| Draft::named(prefix, self.name(), &["Tasks.TaskId", "Tasks.CalledNumber", "Tasks.ActualTime", "Tasks.Status"]))?;
        table
            .map(&[(CallId, "Tasks.CallId"), (CallId, "Tasks.TaskId"), (StartedAt, "Tasks.ActualTime"), (Outcome, "Tasks.Status"), (TalkS, "Tasks.Duration")])
            .map(&[(Caller, "Tasks.CallingNumber"), (Callee, "Tasks.CalledNumber"), (Lead, "Tasks.JobId")])
            .map(&[(CallId, "CallId"), (CallId, "TaskId"), (StartedAt, "ActualTime"), (Caller, "CallingNumber"), (Callee, "CalledNumber")])
            .map(&[(TalkS, "Duration"), (Outcome, "Status"), (Campaign, "JobGroupId"), (Lead, "JobId")])
            .words(Outcome, STATUS)
            .when(&[("Tasks.TaskId", &[""]), ("Tasks.CallId", &[""]), ("Tasks.CalledNumber", &[""])], &[(Outcome, NO_CALL)])
            .set(Mode, "robot")
            .region("CN")
            .done(94)
    }
}
