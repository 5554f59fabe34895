"""People and the houses they belong to: lenders, branches, agencies, teams, staff, parties.

A party is one person or company within the deployment (one ID number, found by
blind index). Personal columns end in _sealed (AES-256-GCM, bound to their row,
see dunwell.store.vault) or _index (HMAC blind index for exact search).
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class Lender(models.Model):
    """A micro-loan company whose book is worked here. Every natural key is scoped by it."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.code


class Branch(models.Model):
    """An office of a lender."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="branches")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    city = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "code"], name="branch_code")]

    def __str__(self) -> str:
        return self.code


class Agency(models.Model):
    """An outside agency a lender commissions (CN-A01 to A09)."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="agencies")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "code"], name="agency_code")]

    def __str__(self) -> str:
        return self.code


class Team(models.Model):
    """People who share a portfolio, of the lender or of an agency."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="teams")
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "code"], name="team_code")]

    def __str__(self) -> str:
        return self.code


class Role(models.TextChoices):
    """The nine roles. What each may do stands in dunwell.store.people.permissions."""

    COLLECTOR = "collector", "催收专员"
    FIELD = "field", "外访员"
    SUPERVISOR = "supervisor", "主管"
    LEGAL = "legal", "法务"
    COMPLIANCE = "compliance", "合规质检"
    ANALYST = "analyst", "分析"
    TRAINER = "trainer", "培训"
    AUDITOR = "auditor", "审计"
    ADMIN = "admin", "管理员"


class StaffManager(BaseUserManager["Staff"]):
    """Makes staff with a hashed password; roles are given by appointments."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> Staff:
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """One person who logs in. `username` is a work name, never a borrower's data."""

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)

    objects = StaffManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The name to show, as Django's own pieces ask for it."""
        return self.display_name

    get_short_name = get_full_name


class Appointment(models.Model):
    """A role held by someone, for a whole lender or for one team, over [from_on, until_on).

    Ended on the day it began (or before), the period is empty: it was never in force.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role.choices)
    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="appointments")
    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "role", "lender", "team", "from_on"],
                condition=~Q(team=None),
                name="appointment_once_team",
            ),
            models.UniqueConstraint(
                fields=["staff", "role", "lender", "from_on"],
                condition=Q(team=None),
                name="appointment_once_lender",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")),
                name="appointment_period",
            ),
        ]


class RolePolicy(models.Model):
    """What log-in asks of a role: an administrator may require a second factor."""

    role = models.CharField(max_length=20, choices=Role.choices, unique=True)
    totp_required = models.BooleanField(default=False)


class Party(models.Model):
    """One person or company: one ID number within the deployment."""

    class Kind(models.TextChoices):
        PERSON = "person", "个人"
        COMPANY = "company", "企业"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    id_type = models.CharField(max_length=12, blank=True)
    name_sealed = models.BinaryField()
    id_no_sealed = models.BinaryField(null=True)
    id_no_index = models.BinaryField(max_length=16, null=True, unique=True)
    name_index = models.BinaryField(max_length=16, null=True)
    """Full pinyin, as `wangxiaoming`."""
    initials_index = models.BinaryField(max_length=16, null=True)
    """Initials, as `wxm`."""

    class Meta:
        indexes = [
            models.Index(fields=["name_index"], name="party_name"),
            models.Index(fields=["initials_index"], name="party_initials"),
        ]

    def __str__(self) -> str:
        return f"party {self.pk}"
