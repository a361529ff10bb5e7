"""Launch templates: versions built on others, tags of their own, errors for unknown ids."""

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.responses import EC2Response
from moto.ec2.utils import parse_user_data

from rehearsal.aws.ec2 import errors
from rehearsal.aws.rules import rule
from spec import facts


@rule(errors.invalid_template_name)
def name_is_valid(name: str) -> None:
    """A launch template's name has 3 to 128 letters, digits, dashes, dots and the like.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
    """
    limit = facts.limits()["launch-template.name"]
    least, most = limit.minimum or 0, limit.maximum or 0
    if not least <= len(name) <= most or not re.fullmatch(limit.pattern or "", name):
        raise errors.invalid_template_name(str(least), str(most))


class LaunchTemplates(EC2Backend):
    """Launch templates of a region."""

    def describe_launch_templates(
        self,
        template_names: list[str] | None = None,
        template_ids: list[str] | None = None,
        filters: Any = None,
    ) -> list[LaunchTemplate]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html."""
        for template_id in template_ids or []:
            self.get_launch_template(template_id)
        return super().describe_launch_templates(template_names, template_ids, filters)


class LaunchTemplateAnswers(EC2Response):
    """Answers in which launch templates keep what they were given."""

    def create_launch_template(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html."""
        self.error_on_dryrun()
        name = self._get_param("LaunchTemplateName")
        name_is_valid(name)
        template = self.ec2_backend.create_launch_template(
            name,
            self._get_param("VersionDescription"),
            self._template_data({}),
            self._parse_tag_specification(),
        )
        return ActionResult(
            {
                "LaunchTemplate": {
                    "CreateTime": template.create_time,
                    "CreatedBy": self._creator(),
                    "DefaultVersionNumber": template.default_version_number,
                    "LatestVersionNumber": template.latest_version_number,
                    "LaunchTemplateId": template.id,
                    "LaunchTemplateName": template.name,
                    "Tags": template.tags,
                }
            }
        )

    def create_launch_template_version(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html."""
        self.error_on_dryrun()
        name = self._get_param("LaunchTemplateName")
        if name:
            template = self.ec2_backend.get_launch_template_by_name(name)
        else:
            template = self.ec2_backend.get_launch_template(self._get_param("LaunchTemplateId"))
        source = self._get_param("SourceVersion")
        version = template.create_version(
            self._template_data(template.get_version(source).data if source else {}),
            self._get_param("VersionDescription"),
        )
        return ActionResult(
            {
                "LaunchTemplateVersion": {
                    "CreateTime": version.create_time,
                    "CreatedBy": self._creator(),
                    "DefaultVersion": template.is_default(version),
                    "LaunchTemplateData": version.data,
                    "LaunchTemplateId": template.id,
                    "LaunchTemplateName": template.name,
                    "VersionDescription": version.description,
                    "VersionNumber": version.number,
                }
            }
        )

    def _template_data(self, source: dict[str, Any]) -> dict[str, Any]:
        data = {**source, **self._get_param("LaunchTemplateData", {})}
        if isinstance(data.get("UserData"), str):
            data["UserData"] = parse_user_data(data["UserData"])
        return data

    def _creator(self) -> str:
        return f"arn:{self.partition}:iam::{self.current_account}:root"
