"""The form of an upload: whose book, which day, which files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dunwell.flows.prepare.uploads import Incoming
from dunwell.store.people.models import Lender

LAYOUTS = (
    ("auto", _("自动识别")),
    ("native", _("多张表：客户、借据、还款计划、还款……")),
    ("tape", _("逾期名单：一行一笔已逾期的借据")),
    ("lp", _("拍拍贷还款计划表")),
)


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, at least one."""

    def __init__(self, **how: Any) -> None:
        super().__init__(widget=_Files(attrs={"data-files": ""}), allow_empty_file=True, **how)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each file checked as one file is."""
        several = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in several]


class UploadForm(forms.Form):
    """What is handed over."""

    upload = FilesField(
        label=_("文件"),
        help_text=_("可以拖到这里，可多选。CSV、XLSX、XLS、Parquet，或打包成 zip；一次最多 4 GB。"),
    )
    lender = forms.ModelChoiceField(
        label=_("哪家机构的账册"), queryset=Lender.objects.none(), to_field_name="code",
        empty_label=None,
    )  # fmt: skip
    layout = forms.ChoiceField(label=_("版式"), choices=LAYOUTS, initial="auto")
    as_of = forms.DateField(
        label=_("数据日"),
        help_text=_("名单上的逾期天数是截至哪一天的。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, lenders: Sequence[int], day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_of"].initial = day
        shown: Any = self.fields["lender"]
        shown.queryset = Lender.objects.filter(pk__in=lenders).order_by("code")
        shown.label_from_instance = lambda lender: f"{lender.name}（{lender.code}）"
        if len(lenders) == 1:
            shown.initial = Lender.objects.get(pk=lenders[0]).code
        self.day = day

    def clean_as_of(self) -> date:
        """Not after today: nobody knows tomorrow's book."""
        as_of: date = self.cleaned_data["as_of"]
        if as_of > self.day:
            raise forms.ValidationError(_("数据日不能晚于今天。"))
        return as_of

    def incoming(self) -> Sequence[Incoming]:
        """The files, as receive_upload takes them."""
        files: Sequence[Incoming] = self.cleaned_data["upload"]
        return files
