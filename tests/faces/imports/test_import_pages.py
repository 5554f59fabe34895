"""The import pages: upload, columns, check, import, result; who may, what is shown."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from dunwell.flows.prepare.uploads import KEPT_DAYS, purge_uploads, upload_folder, upload_paths
from dunwell.store.book.models import Batch, ColumnMap, Loan
from dunwell.store.people.models import Appointment, Lender, Role, Staff
from tests.faces.imports.conftest import NOW

pytestmark = pytest.mark.django_db

SECRETS = ("王小明", "李红", "赵强", "110101199003070732", "13812348821", "13700002222")


def text_of(response):
    return response.content.decode()


def choices(page):
    """The selects of the columns page with what stands chosen."""
    return {
        name: (re.search(r'value="([^"]*)" selected', body) or [None, ""])[1]
        for name, body in re.findall(r'<select name="(column-[^"]+)"(.*?)</select>', page, re.S)
    }


@pytest.fixture
def supervisor(somebody):
    return somebody(Role.SUPERVISOR)


def test_whoever_may_not_see_the_book_is_turned_away(somebody):
    collector = somebody(Role.COLLECTOR)
    assert collector.get("/imports/").status_code == 403
    assert collector.get("/imports/new/").status_code == 403


def test_whoever_may_only_look_cannot_upload(somebody, upload):
    auditor = somebody(Role.AUDITOR)
    assert auditor.get("/imports/").status_code == 200
    assert upload(auditor).status_code == 403
    assert not Batch.objects.exists()


def test_an_empty_list_says_what_will_appear_and_the_one_act(supervisor):
    page = text_of(supervisor.get("/imports/"))
    assert "还没有导入过数据" in page
    assert "/imports/new/" in page


def test_an_upload_is_kept_for_its_owner_only_and_leads_to_its_columns(supervisor, upload):
    response = upload(supervisor)
    batch = Batch.objects.get()
    assert response.url == f"/imports/{batch.pk}/columns/"
    assert batch.status == Batch.Status.UPLOADED
    (path,) = upload_paths(batch.pk)
    assert path.name == "名单.csv"
    assert path.stat().st_mode & 0o077 == 0


def test_a_day_after_today_is_refused_beside_its_field(supervisor, upload):
    response = upload(supervisor, as_of="2026-03-03")
    assert response.status_code == 400
    assert "数据日不能晚于今天" in text_of(response)
    assert not Batch.objects.exists()


def test_a_file_without_a_byte_is_refused_and_leaves_nothing(supervisor, upload):
    response = upload(supervisor, upload=[io.BytesIO(b"")])
    assert response.status_code == 400
    assert not Batch.objects.exists()


def test_columns_show_what_was_recognised_with_masked_samples(supervisor, upload):
    page = text_of(supervisor.get(upload(supervisor).url))
    chosen = list(choices(page).values())
    assert chosen[:5] == ["loan_no", "name", "id_no", "mobile", "lender_past_due_days"]
    assert "王*" in page
    assert "最小必要" in page
    assert "男" not in page
    assert not any(secret in page for secret in SECRETS)


def test_the_check_tells_what_would_change_and_writes_nothing(supervisor, upload, worker_here):
    address = upload(supervisor).url
    form = choices(text_of(supervisor.get(address)))
    response = supervisor.post(address, form)
    batch = Batch.objects.get()
    assert response.url == f"/imports/{batch.pk}/check/"
    assert worker_here == ["check"]
    page = text_of(supervisor.get(response.url))
    assert "会变什么" in page
    assert "读不懂金额「一千二」" in page
    assert not any(secret in page for secret in SECRETS)
    assert not Loan.objects.exists()
    batch.refresh_from_db()
    assert batch.status == Batch.Status.STAGED


def imported(supervisor, upload):
    """Upload, choose, check, import; answers the batch."""
    address = upload(supervisor).url
    supervisor.post(address, choices(text_of(supervisor.get(address))))
    batch = Batch.objects.order_by("-pk").first()
    response = supervisor.post(f"/imports/{batch.pk}/import/")
    assert response.url == f"/imports/{batch.pk}/check/"
    batch.refresh_from_db()
    return batch


def test_an_import_writes_the_book_and_removes_the_uploaded_files(supervisor, upload, worker_here):
    batch = imported(supervisor, upload)
    assert worker_here == ["check", "import"]
    assert batch.status == Batch.Status.IMPORTED
    assert set(Loan.objects.values_list("loan_no", flat=True)) == {"L1", "L2"}
    assert batch.recording.actor.username == "supervisor"
    assert not upload_folder(batch.pk).exists()
    assert supervisor.get(f"/imports/{batch.pk}/check/").url == f"/imports/{batch.pk}/"
    page = text_of(supervisor.get(f"/imports/{batch.pk}/"))
    assert "有 " in page and "行被拒绝" in page
    assert f"/imports/{batch.pk}/rejects.xlsx" in page


def test_rejects_come_as_csv_and_xlsx_with_what_would_be_right(supervisor, upload, worker_here):
    batch = imported(supervisor, upload)
    csv = supervisor.get(f"/imports/{batch.pk}/rejects.csv")
    text = b"".join(csv.streaming_content).decode("utf-8-sig")
    assert "名单.csv" in text and "读不懂金额" in text and "Cannot read the amount" in text
    assert not any(secret in text for secret in SECRETS)
    xlsx = supervisor.get(f"/imports/{batch.pk}/rejects.xlsx")
    rows = list(load_workbook(io.BytesIO(xlsx.content)).active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][0] == "名单.csv"


def test_a_saved_map_is_offered_and_applied_next_time(supervisor, upload, worker_here):
    address = upload(supervisor).url
    form = choices(text_of(supervisor.get(address)))
    spare = next(name for name, field in form.items() if name.endswith("-9"))
    supervisor.post(address, form | {spare: "asset_note", "map_name": "每日名单"})
    saved = ColumnMap.objects.get()
    assert saved.mapping["tables"]["tape"]["备用列"] == "asset_note"
    again = upload(supervisor).url
    assert "每日名单" in text_of(supervisor.get(again))
    supervisor.post(again.replace("columns", "maps"), {"map": saved.pk})
    assert choices(text_of(supervisor.get(again)))[spare] == "asset_note"
    supervisor.post(again.replace("columns", "maps"), {"map": saved.pk, "forget": "1"})
    assert not ColumnMap.objects.exists()


def test_a_missing_column_is_told_and_the_import_is_not_offered(supervisor, upload, worker_here):
    address = upload(supervisor).url
    form = choices(text_of(supervisor.get(address)))
    supervisor.post(address, form | {name: "" for name, f in form.items() if f == "name"})
    batch = Batch.objects.get()
    page = text_of(supervisor.get(f"/imports/{batch.pk}/check/"))
    assert "这些文件还不能导入" in page
    assert f'action="/imports/{batch.pk}/import/"' not in page
    assert supervisor.post(f"/imports/{batch.pk}/import/").url == address


def test_a_discarded_upload_leaves_no_file(supervisor, upload):
    upload(supervisor)
    batch = Batch.objects.get()
    supervisor.post(f"/imports/{batch.pk}/discard/")
    assert not upload_folder(batch.pk).exists()
    batch.refresh_from_db()
    assert batch.status == Batch.Status.REFUSED
    assert supervisor.get(f"/imports/{batch.pk}/columns/").status_code == 400


def test_an_upload_nobody_imports_is_removed_after_its_days(supervisor, upload):
    upload(supervisor)
    batch = Batch.objects.get()
    purge_uploads(now=NOW + timedelta(days=KEPT_DAYS - 1))
    assert upload_paths(batch.pk)
    purge_uploads(now=NOW + timedelta(days=KEPT_DAYS))
    assert not upload_paths(batch.pk)
    batch.refresh_from_db()
    assert batch.status == Batch.Status.ABANDONED


def test_somebody_of_another_lender_sees_no_such_batch(somebody, upload, lender):
    upload(somebody(Role.SUPERVISOR))
    batch = Batch.objects.get()
    other = somebody(Role.ADMIN)
    stranger = Staff.objects.get(username="admin")
    Appointment.objects.filter(staff=stranger).update(
        lender=Lender.objects.create(code="other", name="乙贷")
    )
    assert other.get(f"/imports/{batch.pk}/").status_code == 404
    assert other.get(f"/imports/{batch.pk}/columns/").status_code == 404


def test_the_pages_speak_english_too(supervisor, upload, worker_here):
    batch = imported(supervisor, upload)
    waiting = upload(supervisor).url
    supervisor.cookies["django_language"] = "en"
    for address in ("/imports/", "/imports/new/", f"/imports/{batch.pk}/", waiting):
        page = text_of(supervisor.get(address))
        main = page[page.index("<main") : page.index("</main>")]
        # What stands in the lender's own file and name stays as it is.
        rows = re.sub(r"<td[^>]*>.*?</td>|<dt>.*?</dt>|<option.*?</option>", "", main, flags=re.S)
        assert not re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]+>|名单|甲贷", "", rows)), address
