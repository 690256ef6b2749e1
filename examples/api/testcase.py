"""A test case in Amazon Connect's Testing language: made, executed, its records read.

    python3 examples/api/testcase.py INSTANCE-ID

Makes the flow of ../flows/delivery.json and a test case for it (delivery-test.json), or brings both
up to date; the function is answered by the test. Needs boto3 and the variables of docs/clients.md.
"""
import json
import pathlib
import sys

import boto3

HERE = pathlib.Path(__file__).parent
instance = sys.argv[1]
connect = boto3.client("connect")

document = (HERE / "../flows/delivery.json").read_text()
try:
    flow = connect.create_contact_flow(InstanceId=instance, Name="Delivery", Type="CONTACT_FLOW", Content=document)["ContactFlowId"]
except connect.exceptions.DuplicateResourceException:  # made by load.py, or by an earlier run
    pages = connect.get_paginator("list_contact_flows").paginate(InstanceId=instance)
    flow = next(one["Id"] for page in pages for one in page["ContactFlowSummaryList"] if one["Name"] == "Delivery")
    connect.update_contact_flow_content(InstanceId=instance, ContactFlowId=flow, Content=document)

name, content = "The customer wants another day", (HERE / "delivery-test.json").read_text()
entry = {"Type": "CHAT", "ChatEntryPointParameters": {"FlowId": flow}}
try:
    case = connect.create_test_case(InstanceId=instance, Name=name, Content=content, EntryPoint=entry, Status="PUBLISHED")["TestCaseId"]
except connect.exceptions.DuplicateResourceException:
    pages = connect.get_paginator("list_test_cases").paginate(InstanceId=instance)
    case = next(one["Id"] for page in pages for one in page["TestCaseSummaryList"] if one["Name"] == name)
    connect.update_test_case(InstanceId=instance, TestCaseId=case, Content=content, EntryPoint=entry, Status="PUBLISHED")
run = connect.start_test_case_execution(InstanceId=instance, TestCaseId=case)["TestCaseExecutionId"]
which = {"InstanceId": instance, "TestCaseId": case, "TestCaseExecutionId": run}
for record in connect.list_test_case_execution_records(**which)["ExecutionRecords"]:
    print(record["Status"], json.loads(record["Record"])["Type"])
summary = connect.get_test_case_execution_summary(**which)
print(summary["Status"], summary["ObservationSummary"])
sys.exit(0 if summary["Status"] == "PASSED" else 1)
