module zonedisk/e2e/clients/terraform

go 1.23
