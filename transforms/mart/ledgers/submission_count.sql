-- 投稿报送统计：每个单位、每个栏目一行，本年度截至日
-- grain: sender, section_name
select
    s.sender,                                                               -- 报送单位
    coalesce(s.section_name, '未填') as section_name,                        -- 栏目
    count(*) as submitted,                                                  -- 报送件数
    count(*) filter (where s.is_adopted) as adopted,                        -- 采用件数
    count(s.article) as matched,                                            -- 其中对上公众号文章的
    max(s.submitted_on) as last_on                                          -- 最近一次报送
from mart.submission as s
join ops.context as c on s.submitted_on between c.year_start and c.plan_as_of
group by s.sender, coalesce(s.section_name, '未填')
