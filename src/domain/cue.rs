//! Moves in a conversation that are no wish of their own. Leaves to others: hearing them (`nlu`).

crate::closed_set! {
    /// A conversational move.
    Cue {
        /// "不对", "我说错了": what follows replaces what was said.
        Correction = "correction",
        /// "算了", "不退了": drop what is under way.
        Cancel = "cancel",
        /// "确认", "就这样": yes to what was listed.
        Confirm = "confirm",
        /// "再说一遍".
        Repeat = "repeat",
        /// "换一个订单", "另一个": not this one, another.
        Another = "another",
        /// "换一批", "还有吗": more of the same list.
        More = "more",
        /// "便宜点的".
        Cheaper = "cheaper",
        /// "贵一点的", "好一点的".
        Better = "better",
        /// "这个", "刚才那个": what was spoken of last.
        ThatOne = "that_one",
        /// "最近的", "最新的": the latest of a list.
        Latest = "latest",
        /// "全部", "都": all of a list.
        All = "all",
        /// "继续", "接着说": go on with what was under way.
        Resume = "resume",
        /// "删除我的信息", "注销": erase, in a talk about stored data.
        Erase = "erase",
        /// "导出我的数据": hand over what is stored.
        Export = "export",
        /// "你是机器人吗": about the bot itself.
        AboutBot = "about_bot",
        /// "你是真人还是机器人": the honest answer is wished, and not yet a person.
        WhetherBot = "whether_bot",
        /// "信不信我取消", "再不发货我就退款": a threat, and no instruction yet.
        Threat = "threat",
        /// Fraud or leaked data: what to do first is to pay nothing and tell nothing.
        Fraud = "fraud",
        /// Somebody may do harm to themselves.
        LifeInDanger = "life_in_danger",
    }
}
