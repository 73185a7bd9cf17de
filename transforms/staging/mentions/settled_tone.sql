-- 每次发表的倾向：人的决定（网页或台账，新的优先）先于厂商；几家厂商一致才算，不一致为待确认。
-- 同名的文件（日期和副本字样不计）视为一家厂商的
-- grain: mention_id
with stated as (
    select
        g.mention_id, r.origin, r.tone, coalesce(r.tone, r.tone_raw) as said,
            coalesce(plain_file_name(v.original_name), '') as vendor, r.load_seq,
        row_number() over (partition by g.mention_id, r.origin order by r.load_seq desc, r.sheet desc,
            r.row_number desc) as age
    from staging.report_row as r
    join staging.report_group as g on g.load_seq = r.load_seq and g.sheet = r.sheet and g.row_number = r.row_number
    left join staging.visible_file as v on v.load_seq = r.load_seq
    -- 说不出正负的不算意见；其他的话（敏感、混合、代码）算
    where r.tone is not null or not regexp_matches(r.tone_raw, '^(非敏感|非负面|未知|未标注|未判断|无法判断|不确定|其他|无关)')
), person as (
    select mention_id, min_by(tone, age) as tone from stated where origin = 'ledger' and tone is not null
        group by mention_id
), newest as (
    -- 一家厂商以最新的文件为准
    select mention_id, vendor, max(load_seq) as load_seq from stated where origin <> 'ledger' group by mention_id,
        vendor
), vendor as (
    select
        s.mention_id, case when count(distinct s.said) = 1 then max(s.tone) end as tone,
        concat_ws('、', max(case when s.said = '正面' then s.said end), max(case when s.said = '中性' then s.said end),
            max(case when s.said = '负面' then s.said end),
            max(case when s.said not in ('正面', '中性', '负面') then s.said end)) as said
    from stated as s
    join newest as n on n.mention_id = s.mention_id and n.vendor = s.vendor and n.load_seq = s.load_seq
    where s.origin <> 'ledger'
    group by s.mention_id
), decided as (
    -- 决定记在当时的发表编号上：它总是其中一行归并前的编号
    select mention_id, max_by(coalesce(value, ''), position) as tone
    from (select distinct g.mention_id, d.position, d.value
        from staging.decision as d join staging.report_group as g on g.row_key = d.subject
        where d.kind = 'tone' and d.is_current) as d
    group by mention_id
), mention as (
    select distinct mention_id from staging.report_group
)
select
    m.mention_id,                                                                   -- 发表编号
    coalesce(nullif(d.tone, ''), p.tone, v.tone) as tone,  -- 倾向：正面、中性、负面、无关；空为待确认
    case when coalesce(nullif(d.tone, ''), p.tone) is not null then 'person'
        when v.tone is not null then 'vendor' end as tone_source,  -- 倾向由谁认定：person 人工；vendor 厂商
    case when coalesce(nullif(d.tone, ''), p.tone, v.tone) is null then nullif(v.said, '') end
        as disagreement  -- 厂商各执一词时的说法
from mention as m
left join decided as d on d.mention_id = m.mention_id
left join person as p on p.mention_id = m.mention_id
left join vendor as v on v.mention_id = m.mention_id
