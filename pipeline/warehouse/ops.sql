-- What the pipeline did. The comment behind each column becomes its comment in the database.

-- 运行记录：每次 run 一行
create table if not exists ops.run (
    run_id varchar,             -- 运行编号（开始时间，UTC）
    as_of date,                 -- 数据截至日（北京时间）
    started_at timestamptz,     -- 开始时间
    finished_at timestamptz,    -- 结束时间
    status varchar,             -- published 已发布；failed 失败，沿用上一版
    exit_code integer,          -- 退出码：0 无异常；1 失败；3 已发布但需要人工处理
    files_loaded bigint,        -- 新入库文件数
    files_duplicate bigint,     -- 内容重复的文件数
    files_quarantined bigint,   -- 隔离文件数
    rows_loaded bigint,         -- 入库行数
    rows_rejected bigint,       -- 被拒行数
    message varchar,            -- 一句话结果或失败原因
    files_held bigint           -- 待核文件数
);

-- 没有成功的运行：当晚的哪个文件、哪一行、哪一格；说不准的，当晚入库的文件各一行
create table if not exists ops.run_failure (
    run_id varchar,             -- 运行编号
    sha256 varchar,             -- 文件
    source varchar,             -- 收件夹
    original_name varchar,      -- 文件名
    sheet varchar,              -- 工作表
    row_number bigint,          -- 行号；不知为空
    column_name varchar,        -- 哪一栏；不知为空
    value varchar,              -- 那一格的值
    is_certain boolean,         -- 是否就是它；否则只是可能
    reason_zh varchar           -- 原因
);

-- 文件台账：每个文件每次收到一行
create table if not exists ops.file (
    sha256 varchar,             -- 文件内容的 SHA-256
    original_name varchar,      -- 收到时的文件名
    source varchar,             -- 收件夹名：账号编号、news 或 ledger
    layout varchar,             -- 识别出的版式（一个工作簿可有多种，以逗号分隔）
    status varchar,             /* loaded 已入库；duplicate 内容重复；quarantined 已隔离；held 待核，未计入；
                                   withdrawn 已撤下，不计入 */
    rows_total bigint,          -- 数据行数 = 入库 + 被拒 + 文件内重复
    rows_loaded bigint,         -- 入库行数
    rows_rejected bigint,       -- 被拒行数（见 ops.rejected_row）
    rows_duplicate bigint,      -- 文件内重复行数
    reason varchar,             -- 没有入库或不计入的原因
    run_id varchar,             -- 处理它的运行
    ingested_at timestamptz,    -- 处理时间
    load_seq bigint,            -- 版本次序：越大越新；入过库的才有值
    known_on date,              -- 入库那次运行的数据截至日
    modified_at timestamptz,    -- 文件修改时间
    size_bytes bigint,          -- 文件大小（字节）
    container varchar,          -- 容器：xls、xlsx、html、text、json、feed
    encoding varchar,           -- 文本编码
    notes varchar,              -- 备注：未声明的列、未识别的工作表等
    reason_en varchar           -- 原因（英文）
);

-- 文件的疑问：新文件与已有数据对不上，每个疑问一行；两个文件都写明
create table if not exists ops.file_question (
    run_id varchar,             -- 提出疑问的运行
    rule varchar,               -- 规则（transforms/intake 下的文件名）
    outcome varchar,            -- held 待核，未计入；told 已计入，请核对
    sha256 varchar,             -- 新文件
    source varchar,             -- 新文件的收件夹
    original_name varchar,      -- 新文件名
    other_sha256 varchar,       -- 与它对不上的文件；没有则为空
    other_source varchar,       -- 那个文件的收件夹
    other_name varchar,         -- 那个文件名
    reason varchar,             -- 疑问与处理办法
    reason_en varchar           -- 疑问（英文）
);

-- 采集记录：自动采集的每个文件、每次失败各一行；采到的文件与人工放入的文件走同一条路
create table if not exists ops.fetch_log (
    run_id varchar,             -- 运行编号
    source varchar,             -- 收件夹名
    fetcher varchar,            -- 采集程序（collectors/ 下的模块名）
    item varchar,               -- 采集项：文件名或接口与日期
    status varchar,             /* fetched 已采到；transient 暂时失败，下次再试；permanent 需要人工处理；
                                   held 当天不再采，次日恢复 */
    reason varchar,             -- 未采到的原因与处理办法
    bytes bigint,               -- 文件大小（字节），未采到为空
    fetched_at timestamptz,     -- 采集时间
    address varchar,            -- 公开网页的网址；接口为空
    validator varchar           -- 网页的版本标记（ETag 或 Last-Modified），下次凭它询问是否有变
);

-- 被拒的行：缺少必填值、值不可读、日期在未来、同键不同值等
create table if not exists ops.rejected_row (
    sha256 varchar,             -- 文件
    sheet varchar,              -- 工作表
    row_number bigint,          -- 行号（与 Excel 显示一致）
    column_name varchar,        -- 列名（表头原文）
    value varchar,              -- 原值
    reason varchar,             -- 原因与处理办法
    row_text varchar,           -- 整行原文（JSON），不丢任何内容
    run_id varchar,             -- 运行编号
    reason_en varchar           -- 原因与处理办法（英文）
);

-- 读不懂的值：该行已入库，此格按缺失处理
create table if not exists ops.unreadable_value (
    sha256 varchar,             -- 文件
    sheet varchar,              -- 工作表
    row_number bigint,          -- 行号
    column_name varchar,        -- 列名（表头原文）
    value varchar,              -- 原值
    reason varchar,             -- 原因与处理办法
    run_id varchar,             -- 运行编号
    reason_en varchar           -- 原因与处理办法（英文）
);

-- 检查结果：每次运行每项检查一行
create table if not exists ops.check_result (
    run_id varchar,             -- 运行编号
    table_name varchar,         -- 被检查的表
    check_name varchar,         -- 检查说明
    severity varchar,           -- fail 不通过则不发布；warn 不通过则提醒
    passed boolean,             -- 是否通过
    failing_rows bigint,        -- 不符合的行数
    example varchar             -- 一行例子（JSON）
);

-- 数据修订：新文件改了旧值的，逐项记录
create table if not exists ops.restatement (
    run_id varchar,             -- 发现修订的运行
    table_name varchar,         -- 版本表
    row_key varchar,            -- 键（JSON）
    column_name varchar,        -- 列名
    old_value varchar,          -- 原值
    new_value varchar,          -- 新值
    old_sha256 varchar,         -- 原值所在文件
    new_sha256 varchar          -- 新值所在文件
);

-- 数据修订合计：每次运行每个列名一行
create table if not exists ops.restatement_by_column (
    run_id varchar,             -- 发现修订的运行
    column_name varchar,        -- 列名
    first_on date,              -- 改了的最早一天；键里没有日期的为空
    last_on date,               -- 改了的最晚一天
    changed_values bigint       -- 改了多少个键的值
);

-- 提醒：状态变化时新增
create table if not exists ops.alert (
    alert_id varchar,           -- 提醒编号
    rule varchar,               -- 规则
    subject varchar,            -- 对象（账号、指标、来源）
    value varchar,              -- 现值
    baseline varchar,           -- 基准
    cause_zh varchar,           -- 原因
    state varchar,              -- open 待处理；acknowledged 已知悉；closed 已关闭
    opened_at timestamptz,      -- 发生时间
    closed_at timestamptz,      -- 关闭时间
    closed_on date,             -- 关闭时数据的截至日；7 天内再次成立则重新打开本行，不另增
    acknowledged_at timestamptz, -- 何时有人知悉
    acknowledged_by varchar,    -- 谁知悉
    note varchar,               -- 知悉人的说明
    run_id varchar              -- 运行编号
);

-- 邮件发件台账
create table if not exists ops.mail (
    report_id varchar,          -- 报告
    period varchar,             -- 期次
    recipient varchar,          -- 收件人
    revision integer,           -- 修订号
    content_sha256 varchar,     -- 内容摘要
    message_id varchar,         -- Message-ID
    state varchar,              -- queued、sending、sent、failed、unknown
    attempts integer,           -- 尝试次数
    next_at timestamptz,        -- 下次尝试
    smtp_reply varchar,         -- 服务器答复
    run_id varchar              -- 运行编号
);

-- 本次运行的口径，仅一行
create table if not exists ops.context (
    run_id varchar,             -- 运行编号
    as_of date,                 -- 数据截至日
    plan_year integer,          -- 计划年度
    base_year integer,          -- 基准年
    year_start date,            -- 计划年度首日
    year_end date,              -- 计划年度末日
    plan_as_of date,            -- 计划年度内的截至日（不晚于年末）
    timezone varchar            -- 时区（pipeline.toml 的 timezone）：无时区的时间按它理解
);

-- 更正结果：本次运行每条更正一行（mart.correction）
create table if not exists ops.correction_result (
    correction_id varchar,      -- 更正编号
    outcome varchar,            /* applied 已更正；unexpected 来源的值不是预期的；no_row 没有该行；
                                   many_rows 键不唯一；unreadable 值与类型不符 */
    found varchar               -- 来源的值
);

-- 预测记录：每次运行每个指标一行，年末据此自评
create table if not exists ops.forecast_log (
    run_id varchar,             -- 运行编号
    as_of date,                 -- 数据截至日
    plan_year integer,          -- 计划年度
    target_id varchar,          -- 指标编号
    inputs_hash varchar,        -- 输入摘要：基数、目标、实际、覆盖天数
    forecast double,            -- 全年预测
    forecast_low double,        -- 常见范围下限
    forecast_high double,       -- 常见范围上限
    linear_forecast double,     -- 线性推算
    chance double,              -- 达成把握（0–1）
    own_factor double           -- 当时历年自评对范围的放宽或收窄（staging.flow_score）；没有自评为空
);

-- 由声明建成的表：声明未变，下次不再重建
create table if not exists ops.definition (
    name varchar,               -- 表或表组
    digest varchar              -- 建成时声明的摘要
);

-- 已结束年度的评判：每个有计划的往年、每个指标一行，截至该年 12 月 31 日（mart.target_year）
create table if not exists ops.target_year (
    plan_year integer,          -- 计划年度
    as_of date,                 -- 数据截至日
    position integer,           -- 次序
    target_id varchar,          -- 指标编号
    name_zh varchar,            -- 指标名称
    kind varchar,               -- 类别
    unit varchar,               -- 单位
    baseline double,            -- 基数
    target double,              -- 目标
    actual double,              -- 实际
    growth_pct double,          -- 增长率（%）
    progress_pct double,        -- 进度（%）
    status varchar,             -- 状态
    days_covered bigint,        -- 有数的天数
    days_expected bigint,       -- 全年天数
    verdict_zh varchar,         -- 评语
    plan_sha256 varchar         -- 计划、更正和人工决定的摘要；有一样改了就重新评判
);

-- 计算状态：上次发布的各表由什么算出；未变的不再重算（run --full 全部重算）
create table if not exists ops.model_state (
    table_name varchar,         -- 表，或输入（种子表、截至日、入库版本次序）
    signature varchar           -- 摘要：SQL、函数、更正；种子表为内容摘要
);
