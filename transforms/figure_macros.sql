-- Figures computed and said: chances, numbers and days in Chinese sentences, scores. They use the macros of macros.sql.

-- Normal distribution function, Abramowitz & Stegun 26.2.17, absolute error below 7.5e-8.
create or replace temp macro normal_tail(z) as list_transform([1 / (1 + 0.2316419 * abs(z))], lambda t:
    exp(-z * z / 2) * 0.3989422804014327 * t
    * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))))[1];
create or replace temp macro normal_cdf(z) as case when z >= 0 then 1 - normal_tail(z) else normal_tail(z) end;
-- How likely what is left reaches what is missing, when 80 % of the outcomes lie between rest / e^spread and rest *
-- e^spread.
create or replace temp macro reach_chance(missing, rest, spread) as case
    when missing <= 0 then 1.0 when rest <= 0 then 0.0
    else normal_cdf(1.2816 * ln(rest / missing) / spread) end;

-- Figures in Chinese sentences: 254,940, 15.4, 10月31日, 进度正常, 后两个月.
create or replace temp macro grouped(n) as case when round(n) < 0 then '−' else '' end || reverse(regexp_replace(
    regexp_replace(reverse(cast(cast(round(abs(n)) as bigint) as varchar)), '([0-9]{3})', '\1,', 'g'), ',$', ''));
create or replace temp macro one_decimal(x) as case when round(x * 10) < 0 then '−' else '' end
    || grouped(floor(round(abs(x) * 10) / 10)) || '.' || cast(cast(round(abs(x) * 10) as bigint) % 10 as varchar);
create or replace temp macro plain_number(x) as case when round(x * 10) % 10 = 0 then grouped(x)
    else one_decimal(x) end;
create or replace temp macro month_day(d) as
    cast(date_part('month', d) as varchar) || '月' || cast(date_part('day', d) as varchar) || '日';
create or replace temp macro period_of(every, d) as cast(date_part('year', d) as varchar) || case every
    when 'month' then '-' || lpad(cast(date_part('month', d) as varchar), 2, '0')
    when 'quarter' then '-Q' || cast(cast(floor((date_part('month', d) + 2) / 3) as integer) as varchar)
    when 'half_year' then case when date_part('month', d) <= 6 then '-H1' else '-H2' end else '' end;
create or replace temp macro dated(d, this_year) as case when date_part('year', d) = this_year then ''
    else cast(date_part('year', d) as varchar) || '年' end || month_day(d);
create or replace temp macro status_words(s) as case s when 'met' then '已达成' when 'on_track' then '进度正常'
    when 'at_risk' then '有风险'
    when 'behind' then '进度滞后' when 'incomplete' then '数据不全' when 'no_baseline' then '无可比基数'
        else '无数据' end;
create or replace temp macro rest_of_year(d) as case
    when d <> last_day(d) then '后' || cast(make_date(cast(date_part('year', d) as integer), 12, 31) - d as varchar)
        || '天'
    when date_part('month', d) = 1 then '后十一个月'
    else '后' || substr('一两三四五六七八九十', 12 - cast(date_part('month', d) as integer), 1) || '个月' end;

-- WCI V14.2 with 转发 (清博's published formula): one of its four parts, from reads, 在看, 点赞, 转发.
create or replace temp macro wci_part(reads, wows, likes, forwards) as
    0.70 * ln(reads + 1) + 0.09 * ln(10 * wows + 1) + 0.06 * ln(10 * likes + 1) + 0.15 * ln(10 * forwards + 1);
create or replace temp macro wci_of(overall, average, headline, peak) as
    pow(0.6 * overall + 0.2 * average + 0.1 * headline + 0.1 * peak, 2) * 1.2 * 10;
